"""The policies delivered, who reaches deviations, their history, and the policy of each customer."""

from decimal import Decimal
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from core.protection import secure_rows, track_history

NAMES = (
    *("call_days", "visit_days", "leader_days", "review_days", "survey_days", "answer_hours"),
    *("solution_days", "callback_days", "discount", "credit_days", "manager", "first", "best"),
    *("favourable", "cost_share"),
)
ROWS: dict[str, tuple[Any, ...]] = {
    "large": (7, 30, 180, 90, 90, 2, 1, 1, "0.10", 60, "group", True, True, True, None),
    "medium": (14, 90, None, 180, 180, 4, 2, 2, "0.05", 45, "branch", True, False, False, None),
    "small": (30, None, None, None, 365, 8, 3, 3, "0", 30, "none", False, False, False, "0.10"),
    "potential": (14, 90, None, None, 180, 8, 3, 3, "0.05", 30, "outlet", False, False, True, None),
    "prospect": (7, 90, None, None, None, 8, 3, 3, "0.05", 30, "outlet", False, False, True, None),
}
RISK_CREDIT_DAYS = 30

# customers_policy_code() and customers_policy_on() say what rules/policies.py says: tests hold them together.
POLICY = """
CREATE FUNCTION customers_policy_code(tier text, size text, status text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN size IN ('large', 'medium') THEN size
            WHEN status = 'prospect' THEN 'prospect'
            WHEN tier = 'potential' THEN 'potential'
            ELSE 'small' END
$$;

CREATE FUNCTION customers_policy_on(of_customer bigint, on_day date)
RETURNS TABLE (code text, call_days integer, visit_days integer, leader_days integer, review_days integer,
               survey_days integer, answer_hours integer, solution_days integer, callback_days integer,
               discount numeric, credit_days integer, manager text, first boolean, best boolean,
               favourable boolean, cost_share numeric)
LANGUAGE sql STABLE AS $$
-- The policy of one customer on one day: that of its size, the fewest credit days for who is at risk, and over both
-- what it was granted (`own`, text). Plain SQL, so that a statement over many customers takes it in.
SELECT p.code::text,
       CASE WHEN d.own ? 'call_days' THEN (d.own->>'call_days')::integer ELSE p.call_days END,
       CASE WHEN d.own ? 'visit_days' THEN nullif(d.own->>'visit_days', '')::integer ELSE p.visit_days END,
       CASE WHEN d.own ? 'leader_days' THEN nullif(d.own->>'leader_days', '')::integer ELSE p.leader_days END,
       CASE WHEN d.own ? 'review_days' THEN nullif(d.own->>'review_days', '')::integer ELSE p.review_days END,
       CASE WHEN d.own ? 'survey_days' THEN nullif(d.own->>'survey_days', '')::integer ELSE p.survey_days END,
       CASE WHEN d.own ? 'answer_hours' THEN (d.own->>'answer_hours')::integer ELSE p.answer_hours END,
       CASE WHEN d.own ? 'solution_days' THEN (d.own->>'solution_days')::integer ELSE p.solution_days END,
       CASE WHEN d.own ? 'callback_days' THEN (d.own->>'callback_days')::integer ELSE p.callback_days END,
       CASE WHEN d.own ? 'discount' THEN (d.own->>'discount')::numeric ELSE p.discount END,
       CASE WHEN d.own ? 'credit_days' THEN (d.own->>'credit_days')::integer
            WHEN c.tier = 'risk'
            THEN least(p.credit_days, (SELECT r.credit_days FROM customers_servicepolicy r WHERE r.code = 'risk'))
            ELSE p.credit_days END,
       coalesce(d.own->>'manager', p.manager),
       coalesce((d.own->>'first')::boolean, p.first),
       coalesce((d.own->>'best')::boolean, p.best),
       coalesce((d.own->>'favourable')::boolean, p.favourable),
       CASE WHEN d.own ? 'cost_share' THEN nullif(d.own->>'cost_share', '')::numeric ELSE p.cost_share END
  FROM customers_customer c
  JOIN customers_servicepolicy p ON p.code = customers_policy_code(c.tier, c.size, c.status)
 CROSS JOIN LATERAL (
       SELECT coalesce(jsonb_object_agg(v.point, v.value), '{}') AS own
         FROM customers_policydeviation v
        WHERE v.customer_id = c.id AND v.ended_at IS NULL AND on_day BETWEEN v.starts_on AND v.ends_on
  ) d
 WHERE c.id = of_customer
$$;
"""
POLICY_BACK = """
DROP FUNCTION customers_policy_on(bigint, date);
DROP FUNCTION customers_policy_code(text, text, text);
"""


def fill(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write a row for each tier: rule sets from before mean these."""
    policy: Any = apps.get_model("customers", "ServicePolicy")
    for code, values in ROWS.items():
        facts = dict(zip(NAMES, values, strict=True))
        for name in ("discount", "cost_share"):
            facts[name] = None if facts[name] is None else Decimal(facts[name])
        policy.objects.create(code=code, **facts)
    policy.objects.create(code="risk", credit_days=RISK_CREDIT_DAYS)


def empty(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Empty the table."""
    policy: Any = apps.get_model("customers", "ServicePolicy")
    policy.objects.all().delete()


class Migration(migrations.Migration):
    """Rows, policies, triggers, functions."""

    dependencies = [("customers", "0038_service_policies")]
    operations = [
        migrations.RunPython(fill, empty),
        secure_rows("customers_policydeviation"),
        track_history("customers_policydeviation", customer="customer_id"),
        track_history("customers_servicepolicy", customer=""),
        migrations.RunSQL(POLICY, POLICY_BACK),
    ]
