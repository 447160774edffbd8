"""How a name sounds: duplicates are often written with other characters of the same sound.

The look-up of migration 0015 with a variable that is no column's name.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION customers_sound(plain text) RETURNS text STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp AS $$
-- The usual pinyin of each character, one behind the other; other letters stay as they are.
    SELECT string_agg(coalesce(p.reading, t.sign), '' ORDER BY t.place)
      FROM unnest(string_to_array(plain, NULL)) WITH ORDINALITY AS t (sign, place)
      LEFT JOIN customers_pinyin p ON p.sign = t.sign
$$;
"""

LOOK_UP = """
CREATE OR REPLACE FUNCTION customers_look_up(asked text, most integer)
RETURNS TABLE (customer_id bigint, org_unit_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The files that have exactly this name (legal form and spelling aside), credit code or phone number,
-- whoever they belong to: where they stand and nothing else. Every question is written down; at most
-- `most` an hour and person are answered.
DECLARE
    person bigint := app_user_id();
    plain text := app_normalised_name(asked);
    digits text := app_phone_digits(asked);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('customers_look_up'), person::integer);
    IF (SELECT count(*) FROM customers_lookup l
         WHERE l.user_id = person AND l.at > clock_timestamp() - interval '1 hour') >= most THEN
        RAISE EXCEPTION 'too many look-ups' USING ERRCODE = 'check_violation', CONSTRAINT = 'lookup_limit';
    END IF;
    RETURN QUERY
    SELECT c.id, c.org_unit_id FROM customers_customer c
     WHERE c.merged_into_id IS NULL
       AND (char_length(plain) >= 4 AND app_normalised_name(c.name) = plain
            OR char_length(asked) = 18 AND c.uscc = upper(asked)
            OR char_length(digits) >= 7 AND c.phone <> '' AND app_phone_digits(c.phone) = digits)
     ORDER BY c.id LIMIT 5;
    INSERT INTO customers_lookup (user_id, at, text, found)
    VALUES (person, clock_timestamp(), left(asked, 200), FOUND);
END $$;
"""


class Migration(migrations.Migration):
    """Creates one function, replaces the other."""

    dependencies = [("customers", "0032_access_facts")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION customers_sound(text)"),
        migrations.RunSQL(LOOK_UP, migrations.RunSQL.noop),
    ]
