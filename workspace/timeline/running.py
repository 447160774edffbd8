"""What the night and the network reported: alerts, exceptions, months; and edits of the file."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import NOTHING, money_full
from core.models import History
from core.rules import percent, rate
from customers.codes import files_of
from customers.models import Customer
from engagement.models import Alert
from organization.models import User
from organization.permissions import Action, can
from shipments.models import CustomerMonth, Waybill
from shipments.rules import first_day, month_number
from workspace.alert_words import icon_of, readable, sentence
from workspace.history import Change, Entry, entries
from workspace.timeline.items import Item, behind, in_order, joined
from workspace.timeline.merging import Key, Reach, midnight
from workspace.words import month_text

EDITS, EXCEPTIONS, CLOSED, OPENED, MONTHS = 70, 65, 40, 35, 10
_MONEY_ALERTS = Alert.Kind.PAYMENT_DUE
_FILE, _CONTACT, _HELPER = "customers_customer", "customers_contact", "customers_share"
# Besides the tier, the night writes these: what the trigger of the history calls derived.
BY_NIGHT = ["size", "abc_class", "value_grade", "key_account_kind", "lifecycle", "health"]
_KIND = "key_account_kind"  # of a key account, which people name as well
_ICONS = {"account_manager_id": "arrows-exchange", _KIND: "crown"}
SHOWN_CHANGES = 3


def _alerts(user: User, customer: Customer, show: str) -> QuerySet[Alert]:
    """Of the customer; those about money or those about people where only these are shown."""
    alerts = readable(Alert.objects.visible_to(user).filter(customer=customer), user)
    if show == "money":
        return alerts.filter(kind=_MONEY_ALERTS)
    return alerts.exclude(kind=_MONEY_ALERTS) if show == "people" else alerts


def alerts(
    user: User,
    customer: Customer,
    wanted_closed: Reach[date],
    wanted_opened: Reach[date],
    size: int,
    show: str = "",
) -> list[Item]:
    """Alerts on the day the night opened them, and on the day a fact closed them.

    One stage that gave way to the next is no event.
    """
    rows = _alerts(user, customer, show)
    ended = rows.filter(closed_on__isnull=False)
    ended = ended.exclude(closing_reason=Alert.ClosingReason.SUPERSEDED)
    closed = behind(ended.annotate(told=Value(CLOSED)), "closed_on", wanted_closed, size)
    opened = behind(rows.annotate(told=Value(OPENED)), "opened_on", wanted_opened, size)
    return in_order(
        _closed(alert) if getattr(alert, "told") == CLOSED else _opened(alert)  # noqa: B009  # an annotation of the query
        for alert in closed.union(opened, all=True)
    )


def _opened(alert: Alert) -> Item:
    return Item(
        key=Key(midnight(alert.opened_on), OPENED, alert.pk),
        icon=icon_of(alert),
        tone="" if alert.status == Alert.Status.CLOSED else "warn",
        title=alert.get_kind_display(),
        detail=sentence(alert),
        has_time=False,
    )


def _closed(alert: Alert) -> Item:
    return Item(
        key=Key(midnight(alert.closed_on or alert.opened_on), CLOSED, alert.pk),
        icon="circle-check",
        tone="ok",
        title=_("Closed: {what}").format(what=alert.get_kind_display()),
        detail=joined(alert.get_closing_reason_display(), sentence(alert)),
        has_time=False,
    )


def exceptions(user: User, customer: Customer, wanted: Reach[datetime], size: int) -> list[Item]:
    """Waybills that were lost or damaged, or are claimed for; they stand where they began."""
    grave = Q(exception__in=["loss", "damage"]) | Q(claim_amount__isnull=False)
    rows = Waybill.objects.visible_to(user).filter(grave, customer=customer)
    found = behind(rows.exclude(exception=""), "accepted_at", wanted, size)
    return [_exception(waybill) for waybill in found]


def _exception(waybill: Waybill) -> Item:
    claim = waybill.claim_amount and money_full(waybill.claim_amount, waybill.currency)
    route = [place for place in (waybill.origin, waybill.destination) if place]
    return Item(
        key=Key(waybill.accepted_at, EXCEPTIONS, waybill.waybill_no),
        icon="alert-triangle",
        tone="bad",
        title=_("{what}: waybill {number}").format(
            what=waybill.get_exception_display(), number=waybill.waybill_no
        ),
        detail=joined(" → ".join(route), claim and _("claimed {amount}").format(amount=claim)),
        who=_("accepted"),
    )


def months(user: User, customer: Customer, wanted: Reach[date], size: int) -> list[Item]:
    """What was shipped in each month that is over, on its last day; one item a currency."""
    last = month_number(wanted.at)
    is_last_day = first_day(last + 1) == wanted.at + timedelta(days=1)
    rows = CustomerMonth.objects.visible_to(user).filter(customer=customer)
    if not (is_last_day and wanted.inclusive):
        rows = rows.filter(month__lt=last)
    elif wanted.tie is None:
        rows = rows.filter(month__lte=last)
    else:
        rows = rows.filter(Q(month__lt=last) | Q(month=last, currency__lt=wanted.tie))
    shipped = rows.by_month().filter(shipments__gt=0).reverse()
    return [_month(sums) for sums in shipped[:size]]


def _month(sums: dict[str, Any]) -> Item:
    last_day = first_day(sums["month"] + 1) - timedelta(days=1)
    on_time = rate(sums["on_time"], sums["promised"])
    shipments = sums["shipments"]
    return Item(
        key=Key(midnight(last_day), MONTHS, sums["currency"]),
        icon="package",
        title=_("Shipped in {month}").format(month=month_text(last_day)),
        detail=joined(
            ngettext("{n} waybill", "{n} waybills", shipments).format(n=f"{shipments:,}"),
            money_full(sums["revenue"], sums["currency"]),
            on_time is not None and _("{share} on time").format(share=f"{percent(on_time, 1)}%"),
        ),
        has_time=False,
    )


def edits(
    user: User, customer: Customer, wanted: Reach[datetime], size: int, show: str = ""
) -> list[Item]:
    """Moves between tiers; and changes of the file and its people for who may read history."""
    records = History.objects.filter(_wanted_edits(user, show), customer_id__in=files_of(customer))
    found = list(behind(records, "at", wanted, size))
    told = zip(found, entries(user, customer, found), strict=True)
    return [_edit(record, entry) for record, entry in told]


def _wanted_edits(user: User, show: str) -> Q:
    """Which changes: what a load created at once besides the file itself says nothing here."""
    moves = Q(table_name=_FILE, operation="U", changes__has_key="tier")
    named = Q(table_name=_FILE, operation="U", changes__has_key=_KIND, actor_id__isnull=False)
    file = Q(table_name=_FILE) & ~Q(changes__has_any_keys=["tier", *BY_NIGHT])
    people = Q(table_name__in=[_CONTACT, _HELPER]) & ~Q(operation="I", actor_id=None)
    if not can(user, Action.VIEW_HISTORY):
        return Q(pk=None) if show == "people" else moves | named
    return people if show == "people" else moves | named | file | people


def _edit(record: History, entry: Entry) -> Item:
    is_update = record.operation == "U"
    is_move = is_update and "tier" in record.changes
    is_new_file = record.operation == "I" and record.table_name == _FILE
    return Item(
        key=Key(record.at, EDITS, record.pk),
        icon="stack-2" if is_move else _icon(record),
        tone="warn" if is_move and record.changes["tier"][1] == "risk" else "",
        title=_move(entry) if is_move else _sentence_case(f"{entry.what} {entry.operation_label}"),
        detail="" if is_move or is_new_file else _changes(entry),
        who=entry.actor,
    )


def _icon(record: History) -> str:
    """What an update is about where it is one of those that people look for."""
    found = (icon for name, icon in _ICONS.items() if name in record.changes)
    return next(found, "pencil") if record.operation == "U" else "pencil"


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _changes(entry: Entry) -> str:
    more = len(entry.changes) - SHOWN_CHANGES
    return joined(
        *(_changed(change, entry.operation) for change in entry.changes[:SHOWN_CHANGES]),
        more > 0 and ngettext("{n} more field", "{n} more fields", more).format(n=more),
    )


def _changed(change: Change, operation: str) -> str:
    if operation == "I":
        return _("{label}: {value}").format(label=change.label, value=change.new)
    moved = f"{change.old or NOTHING} → {change.new or NOTHING}"
    return _("{label}: {value}").format(label=change.label, value=moved)


def _move(entry: Entry) -> str:
    label = str(Customer._meta.get_field("tier").verbose_name)
    change = next(change for change in entry.changes if change.label == label)
    return _("Tier: {old} → {new}").format(old=change.old or NOTHING, new=change.new)
