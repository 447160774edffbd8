"""A waybill with what happened on its way, and months that were stated anew, as pages show them."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, Sum
from django.db.models.functions import TruncDate

from core.rules import BUSINESS_ZONE
from customers.models import Customer
from organization.models import User
from shipments.models import Restatement, Waybill, WaybillEvent
from shipments.rules import first_day
from workspace.history import actor_words
from workspace.words import month_text

RESTATED = 12  # lines about months stated anew
_ICONS = {
    WaybillEvent.Kind.DELIVERED: ("circle-check", "ok"),
    WaybillEvent.Kind.RETURNED: ("rotate-clockwise-2", "warn"),
    WaybillEvent.Kind.EXCEPTION: ("alert-triangle", "bad"),
    WaybillEvent.Kind.NOTE: ("message-2", ""),
}
_STAGE_ICONS = {
    "pickup": "truck-loading",
    "short_haul": "truck",
    "line_haul": "route",
    "storage": "building-warehouse",
    "stock": "building-warehouse",
    "delivery": "truck-delivery",
    "billing": "file-invoice",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One event as the page shows it."""

    event: WaybillEvent
    icon: str
    tone: str

    @property
    def title(self) -> str:
        """The stage that was reached, the exception, or what kind of message it is."""
        event = self.event
        if event.kind == WaybillEvent.Kind.REACHED:
            return event.get_stage_display()
        return event.get_exception_display() if event.exception else event.get_kind_display()


def steps(user: User, waybill: Waybill) -> list[Step]:
    """What happened to the waybill, latest first."""
    events = WaybillEvent.objects.visible_to(user).filter(
        waybill_no=waybill.waybill_no, month=waybill.month
    )
    found = events.select_related("unit").order_by("-happened_at", "-id")
    return [Step(event, *_look(event)) for event in found]


def _look(event: WaybillEvent) -> tuple[str, str]:
    known = _ICONS.get(WaybillEvent.Kind(event.kind))
    return known or (_STAGE_ICONS.get(event.stage, "package"), "")


@dataclass(frozen=True, slots=True)
class Restated:
    """What one day's loads of one sender changed in a published month, for one cause."""

    month: str
    day: dt.date
    cause: str
    who: str
    waybills: int
    shipments: int
    revenue: Decimal
    currency: str


def restated(user: User, customer: Customer) -> list[Restated]:
    """The latest changes of published months, newest first; deliveries told later are none."""
    trace = Restatement.objects.visible_to(user).filter(customer=customer)
    told = trace.exclude(cause=Restatement.Cause.PROGRESS)
    days = told.annotate(day=TruncDate("at", tzinfo=BUSINESS_ZONE))
    rows = days.values("month", "currency", "cause", "day", "actor").annotate(
        n=Sum("waybills"), sent=Sum("shipments"), money=Sum("revenue"), last=Max("id")
    )
    causes = dict(Restatement.Cause.choices)
    return [
        Restated(
            month=month_text(first_day(row["month"])),
            day=row["day"],
            cause=str(causes[row["cause"]]),
            who=actor_words(row["actor"]),
            waybills=row["n"],
            shipments=row["sent"],
            revenue=row["money"],
            currency=row["currency"],
        )
        for row in rows.order_by("-last")[:RESTATED]
    ]
