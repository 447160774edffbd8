"""How far each level lets a customer on hold ship on; an administrator changes it."""

from typing import Any

from django.db import migrations

_MOST = {"outlet": "50000", "branch": "500000", "group": None}


def set_limits(apps: Any, _editor: Any) -> None:
    """Nobody in the front line, the others so much."""
    limits = apps.get_model("organization", "AuthorityLimit")
    for level, most in _MOST.items():
        limits.objects.create(level=level, kind="credit_release", most=most)


def forget_limits(apps: Any, _editor: Any) -> None:
    """As before."""
    apps.get_model("organization", "AuthorityLimit").objects.filter(kind="credit_release").delete()


class Migration(migrations.Migration):
    """First limits of a kind."""

    dependencies = [("organization", "0012_approval_kinds")]
    operations = [migrations.RunPython(set_limits, forget_limits)]
