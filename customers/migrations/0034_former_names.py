"""Former names are found too; few customers are looked through by an index of their own keys.

Of a manager's customers all keys were read (40 each); now each is asked for each beginning.
"""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("customers.migrations.0021_search_keys")

ALL_KEYS = """
CREATE FUNCTION customers_all_keys(big boolean, name text, short_name text, former_names varchar[],
                                   code text, uscc text, phone text) RETURNS SETOF text STABLE LANGUAGE sql AS $$
SELECT customers_own_keys(big, name, short_name, code, uscc, phone)
 UNION ALL
SELECT unnest(customers_name_keys(former, '', CASE WHEN big THEN 'A' ELSE 'B' END, CASE WHEN big THEN 'C' ELSE 'D' END))
  FROM unnest(former_names) AS former
$$;

CREATE OR REPLACE FUNCTION customers_add_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO customers_searchkey (org_unit_id, customer_id, key)
    SELECT c.org_unit_id, c.id, key
      FROM fresh c, customers_all_keys(customers_is_big(c.tier, c.size), c.name, c.short_name, c.former_names,
                                       c.code, c.uscc, c.phone) AS key
     WHERE c.merged_into_id IS NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION customers_rewrite_keys() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM customers_searchkey WHERE customer_id = OLD.id AND contact_id IS NULL;
    IF TG_OP = 'UPDATE' AND NEW.merged_into_id IS NULL THEN
        INSERT INTO customers_searchkey (org_unit_id, customer_id, key)
        SELECT NEW.org_unit_id, NEW.id,
               customers_all_keys(customers_is_big(NEW.tier, NEW.size), NEW.name, NEW.short_name, NEW.former_names,
                                  NEW.code, NEW.uscc, NEW.phone);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER rewrite_keys ON customers_customer;
CREATE TRIGGER rewrite_keys AFTER UPDATE ON customers_customer FOR EACH ROW
    WHEN ((OLD.name, OLD.short_name, OLD.former_names, OLD.code, OLD.uscc, OLD.phone, OLD.merged_into_id)
          IS DISTINCT FROM
          (NEW.name, NEW.short_name, NEW.former_names, NEW.code, NEW.uscc, NEW.phone, NEW.merged_into_id))
    EXECUTE FUNCTION customers_rewrite_keys();
"""
FILL_FORMER = """
INSERT INTO customers_searchkey (org_unit_id, customer_id, key)
SELECT c.org_unit_id, c.id, unnest(customers_name_keys(former, '',
           CASE WHEN customers_is_big(c.tier, c.size) THEN 'A' ELSE 'B' END,
           CASE WHEN customers_is_big(c.tier, c.size) THEN 'C' ELSE 'D' END))
  FROM customers_customer c, unnest(c.former_names) AS former
 WHERE c.merged_into_id IS NULL;
"""
AMONG = """
DROP INDEX customers_searchkey_customer;
CREATE INDEX customers_searchkey_customer ON customers_searchkey (customer_id, key);
DROP FUNCTION customers_find_among(text, text[], bigint[], int);
CREATE FUNCTION customers_find_among(term text, marks text[], customers bigint[], most int)
RETURNS TABLE (customer_id bigint, contact_id bigint, mark text) STABLE LANGUAGE sql AS $$
-- The same as customers_find among few customers: of a manager, or shared.
SELECT k.customer_id, k.contact_id,
       CASE WHEN k.key IN ('A' || term, 'B' || term) THEN '' ELSE wanted END AS mark
  FROM unnest(marks) AS wanted, unnest(customers) AS file (id), LATERAL (
       SELECT s.customer_id, s.contact_id, s.key FROM customers_searchkey s
        WHERE s.customer_id = file.id AND s.key >= wanted || term AND s.key <= wanted || term || chr(1114111)
       OFFSET 0) k
 ORDER BY 3, k.key, 1
 LIMIT most
$$;
"""
_OLD_FUNCTIONS = "".join(
    f"CREATE OR REPLACE {piece}"
    for piece in BEFORE.CUSTOMER_TRIGGERS.split("CREATE ")
    if piece.startswith(("FUNCTION customers_add_keys", "FUNCTION customers_rewrite_keys"))
)
_OLD_TRIGGER = "".join(
    f"CREATE {piece}"
    for piece in BEFORE.CUSTOMER_TRIGGERS.split("CREATE ")
    if piece.startswith("TRIGGER rewrite_keys")
)
_OLD_AMONG = BEFORE.FIND[BEFORE.FIND.index("CREATE FUNCTION customers_find_among") :]
BACKWARD = (
    "DROP FUNCTION customers_find_among(text, text[], bigint[], int);"
    "DROP INDEX customers_searchkey_customer;"
    "CREATE INDEX customers_searchkey_customer ON customers_searchkey (customer_id);"
    f"{_OLD_AMONG} DROP TRIGGER rewrite_keys ON customers_customer; {_OLD_FUNCTIONS} {_OLD_TRIGGER}"
    "DROP FUNCTION customers_all_keys(boolean, text, text, varchar[], text, text, text);"
)


class Migration(migrations.Migration):
    """Keys of former names, and the index."""

    dependencies = [("customers", "0033_sound")]
    operations = [migrations.RunSQL(ALL_KEYS + FILL_FORMER + AMONG, BACKWARD)]
