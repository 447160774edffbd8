"""Ageing from the ledger as at any day, and each night's ageing of all customers."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

# Reads: the partial indexes of open lines and of receipts with credit, `paid` and `allocated` as
# kept by the ledger, and from the ledger only what is dated after the day (index allocation_day).
AGEING_AT = """
CREATE FUNCTION contracts_ageing_at(day date, customers bigint[] DEFAULT NULL)
RETURNS TABLE (customer_id bigint, currency text, not_due numeric, d1_30 numeric, d31_60 numeric,
               d61_90 numeric, d91_180 numeric, d181_365 numeric, d365_plus numeric, overdue numeric,
               unallocated numeric, balance numeric, oldest_due_on date)
LANGUAGE sql STABLE AS $$
-- One row a customer and currency that had an open line or credit at the end of `day`.
-- `customers` NULL means all.
WITH later AS (  -- what the ledger counts only after the day
    SELECT a.line_id, a.receipt_id, sum(a.amount) AS amount
      FROM contracts_allocation a
     WHERE a.allocated_on > day AND (customers IS NULL OR a.customer_id = ANY (customers))
     GROUP BY a.line_id, a.receipt_id
), line_later AS (
    SELECT line_id, sum(amount) AS amount FROM later GROUP BY line_id
), receipt_later AS (
    SELECT receipt_id, sum(amount) AS amount FROM later GROUP BY receipt_id
), candidate_line AS (  -- open now, or paid or written off only after the day
    SELECT l.customer_id, l.currency, l.issued_on, l.due_on, l.amount - l.paid + coalesce(n.amount, 0) AS remainder
      FROM contracts_planline l LEFT JOIN line_later n ON n.line_id = l.id
     WHERE l.state = 'open' AND l.paid < l.amount
       AND (customers IS NULL OR l.customer_id = ANY (customers))
    UNION ALL
    SELECT l.customer_id, l.currency, l.issued_on, l.due_on, l.amount - l.paid + n.amount
      FROM contracts_planline l JOIN line_later n ON n.line_id = l.id
     WHERE l.state = 'open' AND l.paid = l.amount
    UNION ALL
    SELECT l.customer_id, l.currency, l.issued_on, l.due_on, l.amount - l.paid + coalesce(n.amount, 0)
      FROM contracts_planline l LEFT JOIN line_later n ON n.line_id = l.id
     WHERE l.state = 'written_off' AND l.written_off_on > day
       AND (customers IS NULL OR l.customer_id = ANY (customers))
), candidate_receipt AS (  -- with credit now, or with credit before a later allocation
    SELECT r.customer_id, r.currency, r.effective_on, r.reversed_on,
           r.amount - r.allocated + coalesce(n.amount, 0) AS credit
      FROM contracts_receipt r LEFT JOIN receipt_later n ON n.receipt_id = r.id
     WHERE r.allocated < r.amount AND (customers IS NULL OR r.customer_id = ANY (customers))
    UNION ALL
    SELECT r.customer_id, r.currency, r.effective_on, r.reversed_on, r.amount - r.allocated + n.amount
      FROM contracts_receipt r JOIN receipt_later n ON n.receipt_id = r.id
     WHERE r.allocated = r.amount
), posting AS (
    SELECT l.customer_id, l.currency, l.remainder, day - l.due_on AS days, l.due_on, 0 AS credit
      FROM candidate_line l
     WHERE l.issued_on <= day AND l.remainder > 0
    UNION ALL
    SELECT r.customer_id, r.currency, 0, NULL, NULL, r.credit
      FROM candidate_receipt r
     WHERE r.effective_on <= day AND (r.reversed_on IS NULL OR r.reversed_on > day) AND r.credit <> 0
), bucketed AS (
    SELECT p.customer_id, p.currency,
           coalesce(sum(p.remainder) FILTER (WHERE p.days <= 0), 0) AS not_due,
           coalesce(sum(p.remainder) FILTER (WHERE p.days BETWEEN 1 AND 30), 0) AS d1_30,
           coalesce(sum(p.remainder) FILTER (WHERE p.days BETWEEN 31 AND 60), 0) AS d31_60,
           coalesce(sum(p.remainder) FILTER (WHERE p.days BETWEEN 61 AND 90), 0) AS d61_90,
           coalesce(sum(p.remainder) FILTER (WHERE p.days BETWEEN 91 AND 180), 0) AS d91_180,
           coalesce(sum(p.remainder) FILTER (WHERE p.days BETWEEN 181 AND 365), 0) AS d181_365,
           coalesce(sum(p.remainder) FILTER (WHERE p.days > 365), 0) AS d365_plus,
           coalesce(sum(p.remainder) FILTER (WHERE p.days > 0), 0) AS overdue,
           sum(p.credit) AS unallocated, sum(p.remainder) AS owed, min(p.due_on) AS oldest_due_on
      FROM posting p
     GROUP BY p.customer_id, p.currency
)
SELECT b.customer_id, b.currency::text, b.not_due, b.d1_30, b.d31_60, b.d61_90, b.d91_180, b.d181_365,
       b.d365_plus, b.overdue, b.unallocated, b.owed - b.unallocated, b.oldest_due_on
  FROM bucketed b
$$;
"""

COLUMNS = (
    "customer_id bigint NOT NULL, currency text NOT NULL, not_due numeric(20, 2) NOT NULL,"
    " d1_30 numeric(20, 2) NOT NULL, d31_60 numeric(20, 2) NOT NULL, d61_90 numeric(20, 2) NOT NULL,"
    " d91_180 numeric(20, 2) NOT NULL, d181_365 numeric(20, 2) NOT NULL,"
    " d365_plus numeric(20, 2) NOT NULL, overdue numeric(20, 2) NOT NULL,"
    " unallocated numeric(20, 2) NOT NULL, balance numeric(20, 2) NOT NULL, oldest_due_on date"
)


class Migration(migrations.Migration):
    """The function contracts_ageing_at and the versioned table contracts_ageing."""

    dependencies = [
        ("contracts", "0003_protection"),
        ("core", "0003_partitions"),
        ("customers", "0002_row_security"),
    ]
    operations = [
        migrations.RunSQL(AGEING_AT, "DROP FUNCTION contracts_ageing_at(date, bigint[])"),
        versioned_table(
            "contracts_ageing",
            COLUMNS,
            indexes=["UNIQUE (customer_id, currency)", "(currency, overdue DESC, customer_id)"],
        ),
        secure_rows("contracts_ageing"),
    ]
