"""Naming key accounts is a matter of authority; the limits to begin with."""

from typing import Any

from django.db import migrations, models

KINDS = [
    ("credit_limit", "Credit limit"),
    ("credit_release", "Release from a credit hold"),
    ("discount", "Discount"),
    ("write_off", "Write-off"),
    ("tier_override", "Tier override"),
    ("key_account", "Key account"),
    ("compensation", "Compensation"),
    ("price_below_floor", "Price below floor"),
    ("benefit", "Benefit"),
    ("policy_deviation", "Deviation from policy"),
    ("access", "Access to a customer"),
]


def set_limits(apps: Any, _editor: Any) -> None:
    """Heads of branches and of the group, as with tiers; an administrator changes it."""
    limits = apps.get_model("organization", "AuthorityLimit")
    for level in ("branch", "group"):
        limits.objects.create(level=level, kind="key_account", most=None)


def forget_limits(apps: Any, _editor: Any) -> None:
    """As before."""
    apps.get_model("organization", "AuthorityLimit").objects.filter(kind="key_account").delete()


class Migration(migrations.Migration):
    """A kind and its first limits."""

    dependencies = [("organization", "0013_credit_release")]
    operations = [
        migrations.AlterField(
            model_name="approval",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="authoritylimit",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="kind"),
        ),
        migrations.RunPython(set_limits, forget_limits),
    ]
