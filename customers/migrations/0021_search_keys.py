"""What a customer is found by, kept by triggers whoever writes (docs/decisions/0021).

A key is a mark and a text; a search is a range of keys with the same beginning, read from an index
in its order and left after a few dozen rows, so that what fits a million customers costs no more
than what fits one. Names have a key from every character on, as written, by sound and by initials.

    A  whole name, code, ... of a large or medium customer    C  the rest of its name from a sign on
    B  the same of any other customer                         D  the same of any other customer
    E  name of a contact      F  digits of a phone, backwards      G  digits of a phone
"""

from django.db import migrations

TABLE = """
CREATE TABLE customers_searchkey (
    org_unit_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    contact_id bigint,
    key text COLLATE "C" NOT NULL
);
REVOKE INSERT, UPDATE, DELETE ON customers_searchkey FROM crm_app, crm_job;
ALTER TABLE customers_searchkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON customers_searchkey TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR customer_id IN (SELECT id FROM customers_customer WHERE account_manager_id IN (SELECT app_manager_ids()))
    OR customer_id IN (SELECT app_shared_customer_ids())
);
"""

KEYS = """
CREATE FUNCTION customers_name_keys(name text, at_start text, inside text) RETURNS text[]
STABLE LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The name from each of its first 40 signs on, as written, by sound and by initials, 24 signs each.
-- From the end to the beginning; what follows a sign is kept in at most four ways to read it.
DECLARE
    bare text := left(app_normalised_name(name), 40);
    readings text[];
    others text[];
    last_chinese int;
    sounds text[] := ARRAY[''];
    initials text[] := ARRAY[''];
    longer_sounds text[];
    longer_initials text[];
    sound text;
    mark text;
    keys text[] := '{}';
BEGIN
    SELECT array_agg(coalesce(p.reading, t.sign) ORDER BY t.place), array_agg(p.other ORDER BY t.place),
           max(t.place) FILTER (WHERE p.reading IS NOT NULL)
      INTO readings, others, last_chinese
      FROM unnest(string_to_array(bare, NULL)) WITH ORDINALITY AS t (sign, place)
      LEFT JOIN customers_pinyin p ON p.sign = t.sign;
    FOR place IN REVERSE length(bare)..1 LOOP
        mark := CASE place WHEN 1 THEN at_start ELSE inside END;
        keys := keys || (mark || substr(bare, place, 24));
        CONTINUE WHEN place > last_chinese OR last_chinese IS NULL;
        longer_sounds := '{}';
        longer_initials := '{}';
        FOR way IN 1..least(array_length(sounds, 1), 4) LOOP
            FOREACH sound IN ARRAY ARRAY[readings[place], others[place]] LOOP
                CONTINUE WHEN sound IS NULL;
                longer_sounds := longer_sounds || left(sound || sounds[way], 24);
                longer_initials := longer_initials || left(left(sound, 1) || initials[way], 24);
                keys := keys || (mark || longer_sounds[array_length(longer_sounds, 1)])
                             || (mark || longer_initials[array_length(longer_initials, 1)]);
            END LOOP;
        END LOOP;
        sounds := longer_sounds;
        initials := longer_initials;
    END LOOP;
    RETURN keys;
END $$;

CREATE FUNCTION customers_phone_keys(phone text) RETURNS text[] IMMUTABLE PARALLEL SAFE LANGUAGE sql
AS $$ SELECT ARRAY['F' || reverse(digits), 'G' || digits] FROM (SELECT left(app_phone_digits(phone), 24) AS digits) d $$;

CREATE FUNCTION customers_is_big(tier text, size text) RETURNS boolean IMMUTABLE PARALLEL SAFE LANGUAGE sql
AS $$ SELECT tier IN ('large', 'medium') OR size IN ('large', 'medium') $$;

CREATE FUNCTION customers_own_keys(big boolean, name text, short_name text, code text, uscc text, phone text)
RETURNS SETOF text STABLE LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT DISTINCT key
  FROM (SELECT CASE WHEN big THEN 'A' ELSE 'B' END AS at_start, CASE WHEN big THEN 'C' ELSE 'D' END AS inside) mark,
       unnest(customers_name_keys(name, at_start, inside) || customers_name_keys(short_name, at_start, inside)
              || (at_start || left(app_normalised_name(code), 24)) || (at_start || left(app_normalised_name(uscc), 24))
              || customers_phone_keys(phone)) AS key
 WHERE length(key) > 1
$$;

CREATE FUNCTION customers_contact_keys(name text, mobile text, phone text)
RETURNS SETOF text STABLE LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT DISTINCT key
  FROM unnest(customers_name_keys(name, 'E', 'E') || customers_phone_keys(mobile) || customers_phone_keys(phone)) AS key
 WHERE length(key) > 1
$$;
"""

FILL = """
INSERT INTO customers_searchkey (org_unit_id, customer_id, key)
SELECT c.org_unit_id, c.id, key
  FROM customers_customer c,
       customers_own_keys(customers_is_big(c.tier, c.size), c.name, c.short_name, c.code, c.uscc, c.phone) AS key
 WHERE c.merged_into_id IS NULL;
INSERT INTO customers_searchkey (org_unit_id, customer_id, contact_id, key)
SELECT c.org_unit_id, c.id, p.id, key
  FROM customers_contact p JOIN customers_customer c ON c.id = p.customer_id,
       customers_contact_keys(p.name, p.mobile, p.phone) AS key;
CREATE INDEX customers_searchkey_unit ON customers_searchkey (org_unit_id, key);
CREATE INDEX customers_searchkey_key ON customers_searchkey (key);
CREATE INDEX customers_searchkey_customer ON customers_searchkey (customer_id);
ANALYZE customers_searchkey;
"""

CUSTOMER_TRIGGERS = """
CREATE FUNCTION customers_add_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO customers_searchkey (org_unit_id, customer_id, key)
    SELECT c.org_unit_id, c.id, key
      FROM fresh c,
           customers_own_keys(customers_is_big(c.tier, c.size), c.name, c.short_name, c.code, c.uscc, c.phone) AS key
     WHERE c.merged_into_id IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER add_keys AFTER INSERT ON customers_customer REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION customers_add_keys();

CREATE FUNCTION customers_rewrite_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchkey WHERE customer_id = OLD.id AND contact_id IS NULL;
    IF TG_OP = 'UPDATE' AND NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_searchkey (org_unit_id, customer_id, key)
        SELECT NEW.org_unit_id, NEW.id, customers_own_keys(customers_is_big(NEW.tier, NEW.size),
                                                           NEW.name, NEW.short_name, NEW.code, NEW.uscc, NEW.phone);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rewrite_keys AFTER UPDATE ON customers_customer FOR EACH ROW
    WHEN ((OLD.name, OLD.short_name, OLD.code, OLD.uscc, OLD.phone, OLD.merged_into_id)
          IS DISTINCT FROM (NEW.name, NEW.short_name, NEW.code, NEW.uscc, NEW.phone, NEW.merged_into_id))
    EXECUTE FUNCTION customers_rewrite_keys();
CREATE TRIGGER drop_keys AFTER DELETE ON customers_customer
    FOR EACH ROW EXECUTE FUNCTION customers_rewrite_keys();

CREATE FUNCTION customers_move_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Its name sorts before rewrite_keys: marks are turned before keys that are marked anew are written.
BEGIN
    IF NEW.org_unit_id <> OLD.org_unit_id THEN
        UPDATE customers_searchkey SET org_unit_id = NEW.org_unit_id WHERE customer_id = NEW.id;
    END IF;
    IF customers_is_big(NEW.tier, NEW.size) <> customers_is_big(OLD.tier, OLD.size) THEN
        UPDATE customers_searchkey SET key = translate(left(key, 1), 'ABCD', 'BADC') || substr(key, 2)
         WHERE customer_id = NEW.id AND contact_id IS NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER move_keys AFTER UPDATE ON customers_customer FOR EACH ROW
    WHEN (OLD.org_unit_id <> NEW.org_unit_id
          OR customers_is_big(OLD.tier, OLD.size) <> customers_is_big(NEW.tier, NEW.size))
    EXECUTE FUNCTION customers_move_keys();
"""

CONTACT_TRIGGERS = """
CREATE FUNCTION customers_add_contact_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO customers_searchkey (org_unit_id, customer_id, contact_id, key)
    SELECT c.org_unit_id, c.id, p.id, key
      FROM fresh p JOIN customers_customer c ON c.id = p.customer_id,
           customers_contact_keys(p.name, p.mobile, p.phone) AS key;
    RETURN NULL;
END $$;
CREATE TRIGGER add_keys AFTER INSERT ON customers_contact REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION customers_add_contact_keys();

CREATE FUNCTION customers_rewrite_contact_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchkey WHERE customer_id = OLD.customer_id AND contact_id = OLD.id;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO customers_searchkey (org_unit_id, customer_id, contact_id, key)
        SELECT c.org_unit_id, c.id, NEW.id, customers_contact_keys(NEW.name, NEW.mobile, NEW.phone)
          FROM customers_customer c WHERE c.id = NEW.customer_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rewrite_keys AFTER UPDATE ON customers_contact FOR EACH ROW
    WHEN ((OLD.customer_id, OLD.name, OLD.mobile, OLD.phone)
          IS DISTINCT FROM (NEW.customer_id, NEW.name, NEW.mobile, NEW.phone))
    EXECUTE FUNCTION customers_rewrite_contact_keys();
CREATE TRIGGER drop_keys AFTER DELETE ON customers_contact
    FOR EACH ROW EXECUTE FUNCTION customers_rewrite_contact_keys();
"""

FIND = """
CREATE FUNCTION customers_find(term text, marks text[], units bigint[], most int)
RETURNS TABLE (customer_id bigint, contact_id bigint, mark text) STABLE LANGUAGE plpgsql AS $$
-- At most so many keys that begin with the term: whole names and codes first (mark ''), then mark by
-- mark. Without units in the whole company. The policy of who asks holds for every row.
DECLARE
    wanted text;
    whole boolean;
    highest text;
    left_over int := most;
    found_now int;
BEGIN
    FOREACH whole IN ARRAY ARRAY[true, false] LOOP
        FOREACH wanted IN ARRAY marks LOOP
            CONTINUE WHEN whole AND wanted > 'B';
            highest := wanted || term || CASE WHEN whole THEN '' ELSE chr(1114111) END;
            IF units IS NULL THEN
                RETURN QUERY
                SELECT k.customer_id, k.contact_id, CASE WHEN whole THEN '' ELSE wanted END
                  FROM customers_searchkey k
                 WHERE k.key >= wanted || term AND k.key <= highest LIMIT left_over;
            ELSE
                RETURN QUERY
                SELECT k.customer_id, k.contact_id, CASE WHEN whole THEN '' ELSE wanted END
                  FROM unnest(units) AS unit (id), LATERAL (
                       SELECT s.customer_id, s.contact_id FROM customers_searchkey s
                        WHERE s.org_unit_id = unit.id AND s.key >= wanted || term AND s.key <= highest
                        LIMIT left_over) k
                 LIMIT left_over;
            END IF;
            GET DIAGNOSTICS found_now = ROW_COUNT;
            left_over := left_over - found_now;
            EXIT WHEN left_over <= 0;
        END LOOP;
        EXIT WHEN left_over <= 0;
    END LOOP;
END $$;

CREATE FUNCTION customers_find_among(term text, marks text[], customers bigint[], most int)
RETURNS TABLE (customer_id bigint, contact_id bigint, mark text) STABLE LANGUAGE sql AS $$
-- The same among few customers: of a manager, or shared.
SELECT k.customer_id, k.contact_id,
       CASE WHEN k.key IN ('A' || term, 'B' || term) THEN '' ELSE left(k.key, 1) END AS mark
  FROM customers_searchkey k
 WHERE k.customer_id = ANY (customers) AND left(k.key, 1) = ANY (marks) AND starts_with(substr(k.key, 2), term)
 ORDER BY mark, k.key, k.customer_id
 LIMIT most
$$;
"""

BACKWARD = """
DROP FUNCTION customers_find_among(text, text[], bigint[], int);
DROP FUNCTION customers_find(text, text[], bigint[], int);
DROP TRIGGER drop_keys ON customers_contact; DROP TRIGGER rewrite_keys ON customers_contact;
DROP TRIGGER add_keys ON customers_contact; DROP TRIGGER move_keys ON customers_customer;
DROP TRIGGER drop_keys ON customers_customer; DROP TRIGGER rewrite_keys ON customers_customer;
DROP TRIGGER add_keys ON customers_customer;
DROP FUNCTION customers_rewrite_contact_keys(); DROP FUNCTION customers_add_contact_keys();
DROP FUNCTION customers_move_keys(); DROP FUNCTION customers_rewrite_keys(); DROP FUNCTION customers_add_keys();
DROP FUNCTION customers_contact_keys(text, text, text);
DROP FUNCTION customers_own_keys(boolean, text, text, text, text, text);
DROP FUNCTION customers_is_big(text, text); DROP FUNCTION customers_phone_keys(text);
DROP FUNCTION customers_name_keys(text, text, text);
DROP TABLE customers_searchkey;
"""


class Migration(migrations.Migration):
    """The table of keys, what writes it and what reads it."""

    dependencies = [("customers", "0020_pinyin"), ("core", "0011_text")]
    operations = [
        migrations.RunSQL(
            TABLE + KEYS + FILL + CUSTOMER_TRIGGERS + CONTACT_TRIGGERS + FIND, BACKWARD
        ),
    ]
