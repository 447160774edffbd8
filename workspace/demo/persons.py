"""The people of the demonstration whom one may be, by their user names, and how to sign in."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from organization.models import User
from workspace.models import Demonstration

PASSWORD = "yihu-demo-2026"  # noqa: S105  # told to everybody; never in production
PERSONS: Mapping[str, object] = {
    "linxiao": _("Account manager: whom to call today, and about what"),
    "hemin": _("Head of an outlet: its people, customers and money"),
    "zhaohong": _("Head of a branch: six outlets and their key accounts"),
    "shenlan": _("Head of the group: sees the whole company"),
    "qianwen": _("Finance: receivables, receipts and limits of the group"),
    "zhenghao": _("Service: answers, complaints, call-backs"),
    "guyan": _("Analyst: reads all figures, changes nothing"),
    "xuning": _("Administrator: users, units, rules and jobs"),
}


def offered() -> list[tuple[User, object]]:
    """Whom the sign-in page offers, each with who they are; nobody in production."""
    if settings.PRODUCTION:
        return []
    demo = Demonstration.objects.filter(removed_at=None).first()
    if demo is None:
        return []
    users = User.objects.select_related("org_unit").filter(
        pk__in=demo.user_ids, username__in=PERSONS, is_active=True
    )
    found = {user.username: user for user in users}
    return [(found[name], who) for name, who in PERSONS.items() if name in found]
