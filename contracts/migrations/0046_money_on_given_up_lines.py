"""What money does on lines that were given up, in one place for all that sums it."""

from django.db import migrations

GIVEN_UP_MONEY = """
CREATE FUNCTION contracts_given_up_money(day date, customers bigint[] DEFAULT NULL)
RETURNS TABLE (line_id bigint, counted_on date, amount numeric, taken_back boolean)
LANGUAGE sql STABLE AS $$
-- The ledger, net by day, of lines given up by the end of `day`: what was on its way by then, a bill that
-- matures later, is not given up and counts from the day on which the rest was; what is taken back afterwards
-- is told apart, for it was not decided on. `customers` NULL means all. As LedgerLine.once_given_up() has it.
SELECT a.line_id, CASE WHEN sum(a.amount) > 0 THEN least(a.allocated_on, l.written_off_on) ELSE a.allocated_on END,
       sum(a.amount), sum(a.amount) < 0 AND a.allocated_on > l.written_off_on
  FROM contracts_planline l
  JOIN contracts_allocation a ON a.line_id = l.id
 WHERE l.state = 'written_off' AND l.written_off_on <= day
   AND (customers IS NULL OR l.customer_id = ANY (customers))
 GROUP BY a.line_id, a.allocated_on, l.written_off_on
HAVING sum(a.amount) <> 0
$$;
"""
GIVEN_UP_MONEY_BACK = "DROP FUNCTION contracts_given_up_money(date, bigint[]);"


class Migration(migrations.Migration):
    """Bad debts, the measures and the nightly figures read the same of a line that was given up."""

    dependencies = [("contracts", "0045_days_of_settlement")]
    operations = [migrations.RunSQL(GIVEN_UP_MONEY, GIVEN_UP_MONEY_BACK)]
