"""How regularly the customer ships, whether it still does, and its last three months, in words."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.formats import NOTHING, signed
from core.rules import rate
from customers.models import Customer
from organization.models import User
from segmentation.models import Figures, Rhythm
from workspace.file.value import value_facts, with_value
from workspace.header import Header

_TONES = {
    Rhythm.State.COOLING: "warn",
    Rhythm.State.AT_RISK: "bad",
    Rhythm.State.DORMANT: "bad",
    Rhythm.State.WON_BACK: "ok",
    Rhythm.State.ACTIVE: "ok",
}


def tone_of(state: str) -> str:
    """The colour of a state."""
    return _TONES.get(Rhythm.State(state), "") if state else ""


@dataclass(frozen=True, slots=True)
class Beat:
    """The rhythm as a page tells it."""

    row: Rhythm
    day: dt.date

    @property
    def tone(self) -> str:
        """The colour of the state."""
        return tone_of(self.row.state)

    @property
    def usual(self) -> str:
        """How often it ships; what others of its size do where it has no rhythm yet."""
        if not self.row.is_own or self.row.typical_days is None:
            return _("no rhythm yet; customers of this size ship within {n} days").format(
                n=self.row.usual_days
            )
        typical = ngettext("every day", "every {n} days", self.row.typical_days)
        return _("{often}, nine times of ten within {most}").format(
            often=typical.format(n=self.row.typical_days), most=self.row.usual_days
        )

    @property
    def last(self) -> str:
        """How long ago the last shipment was, and what of that counts."""
        days = (self.day - self.row.last_on).days
        ago = ngettext("{n} day ago", "{n} days ago", days).format(n=days)
        if days == self.row.silent_days:
            return ago
        return _("{ago}, {n} of them without the feasts").format(ago=ago, n=self.row.silent_days)

    @property
    def volume(self) -> str:
        """Shipments of a recent week against one before; "" where there are none to compare."""
        row = self.row
        if not (row.recent_weeks and row.base):
            return ""
        now = Decimal(row.recent) / row.recent_weeks
        change = rate(100 * (now - Decimal(row.base) / row.base_weeks) * row.base_weeks, row.base)
        return _("{n} waybills a week lately, {change} against the weeks before").format(
            n=round(now, 1), change=f"{signed(change or Decimal(0), 0)}%"
        )


@dataclass(frozen=True, slots=True)
class Against:
    """The last three months against others; `change` is written in per cent."""

    label: str
    amount: Decimal
    change: str


def rhythm_facts(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """The rhythm, the last three months and the value to come as of the night; one query.

    Empty before the first night, and for a prospect: its file tells how far winning it has come.
    """
    if customer.status == Customer.Status.PROSPECT:
        return {}
    beat = Rhythm.objects.visible_to(user).current().filter(customer=customer)
    row = with_value(beat).select_related("version").first()
    if row is None:
        return {}
    figures = above.figures and above.figures.row
    return {
        "beat": Beat(row, row.version.business_date),
        "quarter": figures and figures.revenue_3m,
        "quarter_against": _against(figures) if figures else [],
        "quarter_currency": settings.COMPANY_CURRENCY,
        **value_facts(user, row),
    }


def _against(figures: Figures) -> list[Against]:
    """Plain neighbours first; the like of the days beside the same dates, where they differ."""
    shown = [
        (pgettext("revenue of 3 months against", "the 3 months before"), figures.revenue_prev_3m),
        (
            pgettext("revenue of 3 months against", "the same 3 months a year ago"),
            figures.revenue_3m_year_ago,
        ),
    ]
    if figures.revenue_3m_like != figures.revenue_3m_year_ago:
        label = pgettext("revenue of 3 months against", "a year ago, feasts with feasts")
        shown.append((label, figures.revenue_3m_like))
    now = figures.revenue_3m
    return [
        Against(label, base, _change(now, base))
        for label, base in shown
        if now is not None and base is not None
    ]


def _change(now: Decimal, base: Decimal) -> str:
    change = rate(100 * (now - base), base)
    return NOTHING if change is None else f"{signed(change)}%"
