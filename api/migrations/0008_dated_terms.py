"""Terms that change by date alone, because a contract begins, ends or is renewed, are told as well."""

from django.db import migrations

NOTE = """
CREATE FUNCTION api_note_dated_terms(ended date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- An entry for each customer that settles otherwise on the day after `ended` than on it (api/sql/service.sql), by
-- the dates of its contracts; returns how many. What people write on a contract is told by triggers.
DECLARE
    told integer;
BEGIN
    WITH moved AS (
        SELECT DISTINCT k.customer_id FROM contracts_agreed() k
         WHERE k.stage IN ('signed', 'terminated') AND k.starts_on = ended + 1 OR k.last_on = ended
    ), settled AS (
        SELECT m.customer_id, (
                   SELECT nullif(k.settlement, '') FROM contracts_agreed() k
                    WHERE k.customer_id = m.customer_id AND k.stage IN ('signed', 'terminated')
                      AND k.starts_on <= d.day AND (k.last_on IS NULL OR k.last_on >= d.day)
                    ORDER BY k.starts_on DESC, k.id DESC LIMIT 1) AS settlement
          FROM moved m
         CROSS JOIN (VALUES (ended), (ended + 1)) AS d(day)
    ), changed AS (
        SELECT customer_id FROM settled GROUP BY customer_id
        HAVING count(DISTINCT settlement) = 2 OR count(settlement) = 1
    )
    INSERT INTO api_change (customer_id, code, fields, at)
    SELECT c.id, c.code, ARRAY['credit'], clock_timestamp()
      FROM changed JOIN customers_customer c ON c.id = changed.customer_id
     ORDER BY c.id;
    GET DIAGNOSTICS told = ROW_COUNT;
    RETURN told;
END $$;
REVOKE ALL ON FUNCTION api_note_dated_terms(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_note_dated_terms(date) TO crm_job;
"""


class Migration(migrations.Migration):
    """A function for the night, which may not write entries itself."""

    dependencies = [("api", "0007_credit_changes"), ("contracts", "0032_in_force")]
    operations = [migrations.RunSQL(NOTE, "DROP FUNCTION api_note_dated_terms(date)")]
