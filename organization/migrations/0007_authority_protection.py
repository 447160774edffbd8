"""Who reaches requests for approval, the history of both tables, and the limits to begin with."""

from typing import Any

from django.db import migrations

from core.protection import track_history

# Coarse: visible_to looks at kinds and amounts as well (organization/querysets.py).
FORWARD = """
ALTER TABLE organization_approval ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON organization_approval TO crm_app USING (
    asked_by_id = (SELECT app_user_id())
    OR (addressee_id IN (SELECT app_unit_ids())
        AND EXISTS (SELECT 1 FROM organization_user u WHERE u.id = (SELECT app_user_id())
                     AND u.role IN ('unit_manager', 'finance')))
);
"""
BACKWARD = """
DROP POLICY visible ON organization_approval;
ALTER TABLE organization_approval DISABLE ROW LEVEL SECURITY;
"""

# Front line, outlet, branch, group: up to so much; None decides nothing, "" without a limit.
_DEFAULTS: dict[str, tuple[str | None, ...]] = {
    "credit_limit": (None, "200000", "3000000", ""),
    "discount": ("0.02", "0.05", "0.10", ""),
    "write_off": (None, "500", "20000", ""),
    "tier_override": (None, None, "", ""),
    "compensation": ("200", "2000", "20000", ""),
    "price_below_floor": (None, None, "0.03", ""),
    "benefit": (None, "1000", "10000", ""),
    "policy_deviation": (None, None, "", ""),
    "access": (None, "", "", ""),
}
_LEVELS = ("front", "outlet", "branch", "group")


def set_limits(apps: Any, _editor: Any) -> None:
    """An administrator changes them."""
    limits = apps.get_model("organization", "AuthorityLimit")
    for kind, amounts in _DEFAULTS.items():
        for level, most in zip(_LEVELS, amounts, strict=True):
            if most is not None:
                limits.objects.create(level=level, kind=kind, most=most or None)


class Migration(migrations.Migration):
    """Policy, triggers, first limits."""

    dependencies = [
        ("organization", "0006_authority"),
        ("core", "0001_history"),
    ]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        track_history("organization_authoritylimit", customer=""),
        # Administrators read the history of what belongs to no customer, and see no customer.
        track_history(
            "organization_approval", customer="", masked="subject url key amount reason answer payload"
        ),
        migrations.RunPython(set_limits, migrations.RunPython.noop),
    ]
