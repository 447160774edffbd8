"""What customers promised to pay, on the day they did."""

from datetime import date

from django.utils.translation import gettext as _

from contracts.models import Promise
from core.formats import money_full
from customers.models import Customer
from organization.models import User
from workspace.timeline.items import Item, behind, joined
from workspace.timeline.merging import Key, Reach, midnight
from workspace.words import day_text

PROMISES = 57
State = Promise.State
_TONES = {State.KEPT: "ok", State.PARTIAL: "warn", State.BROKEN: "bad"}


def promises(user: User, customer: Customer, wanted: Reach[date], size: int) -> list[Item]:
    """Promises with what has become of them."""
    rows = Promise.objects.visible_to(user).filter(customer=customer)
    found = behind(rows.select_related("line", "noted_by"), "made_on", wanted, size)
    return [_promise(row) for row in found]


def _promise(promise: Promise) -> Item:
    title = _("Promised {amount} for {day}").format(
        amount=money_full(promise.amount, promise.currency), day=day_text(promise.due_on)
    )
    came = promise.received and _("{amount} came").format(
        amount=money_full(promise.received, promise.currency)
    )
    return Item(
        key=Key(midnight(promise.made_on), PROMISES, promise.pk),
        icon="calendar-check",
        tone=_TONES.get(State(promise.state), ""),
        title=title,
        detail=joined(
            promise.get_state_display(), came, promise.line.line_no if promise.line else ""
        ),
        quote=promise.note,
        who=str(promise.noted_by),
        has_time=False,
    )
