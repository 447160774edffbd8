"""Who is on hold: the customers whose next parcel does not go, or may soon not."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.models import CreditStanding, CreditState
from organization.models import User
from workspace.credit.standing import row_of

MOST = 200
SHOWS = ("refused", "stop", "hold", "watch")


def held_customers(user: User, asked: Any) -> dict[str, Any]:
    """States that are not clear, most overdue first: two queries.

    `show` in the address narrows them to one state; without it those that refuse parcels.
    """
    show = asked.get("show", "")
    show = show if show in SHOWS else SHOWS[0]
    wanted = ("hold", "stop") if show == "refused" else (show,)
    states = CreditState.objects.visible_to(user).filter(shown__in=wanted)
    number = states.count()
    latest = states.select_related("customer__org_unit", "customer__account_manager")
    today = timezone.localdate()
    rows = [row_of(state, today) for state in latest.order_by("-overdue", "-exposure", "pk")[:MOST]]
    labels = {"refused": _("No parcels accepted"), **dict(CreditStanding.choices)}
    return {
        "rows": rows,
        "number": number,
        "most": MOST,
        "show": show,
        "shows": [(name, labels[name]) for name in SHOWS],
        "currency": settings.COMPANY_CURRENCY,
    }
