"""What is asked of every customer each night is one expression each, so that the planner writes it in line."""

from importlib import import_module

from django.db import migrations

before = import_module("contracts.migrations.0024_credit_functions")

IN_LINE = """
CREATE FUNCTION contracts_credit_rank(state text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
SELECT array_position(ARRAY['clear', 'watch', 'hold', 'stop'], state) - 1
$$;

CREATE FUNCTION contracts_credit_by_use(used numeric, m contracts_creditmarks) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
SELECT coalesce((used >= m.watch_use)::int + (used > m.hold_use)::int + (used > m.stop_use)::int, 0)
$$;

CREATE FUNCTION contracts_credit_by_days(overdue numeric, days integer, m contracts_creditmarks) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN overdue >= m.least_overdue
            THEN (days >= m.watch_days)::int + (days >= m.hold_days)::int + (days >= m.stop_days)::int ELSE 0 END
$$;

CREATE FUNCTION contracts_credit_near(used numeric, m contracts_creditmarks) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$
-- The highest state whose mark less the margin is still reached.
SELECT coalesce((used >= m.watch_use - m.margin)::int + (used >= m.hold_use - m.margin)::int
                + (used >= m.stop_use - m.margin)::int, 0)
$$;

CREATE OR REPLACE FUNCTION contracts_next_credit_state(before text, used numeric, overdue numeric, days integer,
                                                       m contracts_creditmarks) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
-- next_state() of contracts/rules/credit.py: up at once, down only past the margin, from stop to hold first.
SELECT (ARRAY['clear', 'watch', 'hold', 'stop'])[1 + CASE
    WHEN greatest(contracts_credit_by_use(used, m), contracts_credit_by_days(overdue, days, m))
         >= contracts_credit_rank(before)
    THEN greatest(contracts_credit_by_use(used, m), contracts_credit_by_days(overdue, days, m))
    ELSE greatest(contracts_credit_by_use(used, m), contracts_credit_by_days(overdue, days, m),
                  CASE before WHEN 'stop' THEN 2 ELSE 0 END,
                  least(contracts_credit_rank(before), contracts_credit_near(used, m))) END]
$$;

CREATE OR REPLACE FUNCTION contracts_credit_reasons(state text, used numeric, overdue numeric, days integer,
                                                    limit_of text, lapsed boolean, m contracts_creditmarks)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
SELECT array_remove(ARRAY[
    CASE WHEN contracts_credit_by_use(used, m) > 0 THEN CASE limit_of WHEN 'group' THEN 'group_use' ELSE 'use' END END,
    CASE WHEN contracts_credit_by_days(overdue, days, m) > 0 THEN 'overdue' END,
    CASE WHEN contracts_credit_rank(state)
              > greatest(contracts_credit_by_use(used, m), contracts_credit_by_days(overdue, days, m))
         THEN 'falling' END,
    CASE WHEN lapsed THEN 'limit_lapsed' END], NULL)
$$;
DROP FUNCTION contracts_credit_reached(numeric, numeric, integer, contracts_creditmarks);
"""


def _functions(text: str, *names: str) -> str:
    """These functions as the earlier migration made them."""
    made = [part for part in text.split("\n\nCREATE ") if any(f"FUNCTION {name}(" in part for name in names)]
    return "".join(
        f"CREATE OR REPLACE {part.removeprefix('CREATE ')}\n" for part in made
    )


IN_LINE_BACK = _functions(
    before.MARKS, "contracts_credit_reached", "contracts_next_credit_state", "contracts_credit_reasons"
) + """
DROP FUNCTION contracts_credit_near(numeric, contracts_creditmarks);
DROP FUNCTION contracts_credit_by_days(numeric, integer, contracts_creditmarks);
DROP FUNCTION contracts_credit_by_use(numeric, contracts_creditmarks);
DROP FUNCTION contracts_credit_rank(text);
"""


class Migration(migrations.Migration):
    """The same answers, quicker."""

    dependencies = [("contracts", "0029_other_method")]
    operations = [migrations.RunSQL(IN_LINE, IN_LINE_BACK)]
