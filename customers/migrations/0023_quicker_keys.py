"""Keys in a third of the time.

A short name that stands within the name needs no keys of its own: where it begins, the name's keys
are marked as a beginning. Names whose signs have one way to be read, nearly all, take a short path.
"""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("customers.migrations.0021_search_keys")

OLD_FUNCTIONS = """
DROP FUNCTION customers_contact_keys(text, text, text);
DROP FUNCTION customers_own_keys(boolean, text, text, text, text, text);
DROP FUNCTION customers_phone_keys(text);
DROP FUNCTION customers_name_keys(text, text, text);
"""
FUNCTIONS = """
CREATE FUNCTION customers_name_keys(name text, short_name text, at_start text, inside text) RETURNS text[]
STABLE LANGUAGE plpgsql AS $$
-- The name from each of its first 40 signs on, as written, by sound and by initials, 24 signs each.
-- From the end to the beginning; what follows a sign is kept in at most four ways to read it.
DECLARE
    bare text := left(app_normalised_name(name), 40);
    short text := CASE WHEN short_name = '' THEN '' ELSE left(app_normalised_name(short_name), 24) END;
    short_at int := strpos(bare, nullif(short, ''));
    readings text[];
    others text[];
    last_chinese int;
    sounds text[] := ARRAY[''];
    initials text[] := ARRAY[''];
    longer_sounds text[];
    longer_initials text[];
    sound text;
    mark text;
    keys text[] := CASE WHEN short = '' THEN '{}' WHEN short_at > 0 THEN ARRAY[at_start || short]
                        ELSE customers_name_keys(short, '', at_start, inside) END;
BEGIN
    SELECT array_agg(coalesce(p.reading, t.sign) ORDER BY t.place), array_agg(p.other ORDER BY t.place),
           coalesce(max(t.place) FILTER (WHERE p.reading IS NOT NULL), 0)
      INTO readings, others, last_chinese
      FROM unnest(string_to_array(bare, NULL)) WITH ORDINALITY AS t (sign, place)
      LEFT JOIN customers_pinyin p ON p.sign = t.sign;
    FOR place IN REVERSE length(bare)..1 LOOP
        mark := CASE WHEN place = 1 OR place = short_at THEN at_start ELSE inside END;
        keys := keys || (mark || substr(bare, place, 24));
        CONTINUE WHEN place > last_chinese;
        IF others[place] IS NULL AND cardinality(sounds) = 1 THEN
            sounds := ARRAY[left(readings[place] || sounds[1], 24)];
            initials := ARRAY[left(left(readings[place], 1) || initials[1], 24)];
            keys := keys || ARRAY[mark || sounds[1], mark || initials[1]];
            CONTINUE;
        END IF;
        longer_sounds := '{}';
        longer_initials := '{}';
        FOR way IN 1..least(cardinality(sounds), 4) LOOP
            FOREACH sound IN ARRAY ARRAY[readings[place], others[place]] LOOP
                CONTINUE WHEN sound IS NULL;
                longer_sounds := longer_sounds || left(sound || sounds[way], 24);
                longer_initials := longer_initials || left(left(sound, 1) || initials[way], 24);
            END LOOP;
        END LOOP;
        sounds := longer_sounds;
        initials := longer_initials;
        keys := keys || (SELECT array_agg(DISTINCT mark || k) FROM unnest(sounds || initials) k);
    END LOOP;
    RETURN keys;
END $$;

CREATE FUNCTION customers_phone_keys(phone text) RETURNS text[] IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE
    digits text := '';
BEGIN
    IF phone <> '' THEN
        digits := left(app_phone_digits(phone), 24);
    END IF;
    RETURN CASE WHEN digits = '' THEN '{}' ELSE ARRAY['F' || reverse(digits), 'G' || digits] END;
END $$;

CREATE FUNCTION customers_code_keys(mark text, code text) RETURNS text[] IMMUTABLE PARALLEL SAFE LANGUAGE sql
AS $$ SELECT CASE WHEN code = '' THEN '{}'
                  WHEN code ~ '^[A-Za-z0-9-]*$' THEN ARRAY[mark || left(replace(lower(code), '-', ''), 24)]
                  ELSE ARRAY[mark || left(app_normalised_name(code), 24)] END $$;

CREATE FUNCTION customers_own_keys(big boolean, name text, short_name text, code text, uscc text, phone text)
RETURNS SETOF text STABLE LANGUAGE sql AS $$
SELECT unnest(customers_name_keys(name, short_name, at_start, inside) || customers_code_keys(at_start, code)
              || customers_code_keys(at_start, uscc) || customers_phone_keys(phone))
  FROM (SELECT CASE WHEN big THEN 'A' ELSE 'B' END AS at_start, CASE WHEN big THEN 'C' ELSE 'D' END AS inside) mark
$$;

CREATE FUNCTION customers_contact_keys(name text, mobile text, phone text) RETURNS SETOF text STABLE LANGUAGE sql
AS $$ SELECT unnest(customers_name_keys(name, '', 'E', 'E') || customers_phone_keys(mobile)
                    || customers_phone_keys(phone)) $$;
"""
REFILL = "DELETE FROM customers_searchkey;" + BEFORE.FILL[: BEFORE.FILL.index("CREATE INDEX")]

OLD_KEYS = BEFORE.KEYS.replace("CREATE FUNCTION customers_is_big", "CREATE OR REPLACE FUNCTION customers_is_big")
NEW_FUNCTIONS = """
DROP FUNCTION customers_contact_keys(text, text, text);
DROP FUNCTION customers_own_keys(boolean, text, text, text, text, text);
DROP FUNCTION customers_code_keys(text, text);
DROP FUNCTION customers_phone_keys(text);
DROP FUNCTION customers_name_keys(text, text, text, text);
"""


class Migration(migrations.Migration):
    """The functions anew, the keys anew."""

    dependencies = [("customers", "0022_tasks_always_go_along")]
    operations = [
        migrations.RunSQL(OLD_FUNCTIONS + FUNCTIONS + REFILL, NEW_FUNCTIONS + OLD_KEYS + REFILL),
    ]
