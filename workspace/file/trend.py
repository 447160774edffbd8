"""A customer's months, this year over last."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import COUNT, Axis, Chart, Series, Unit, amount_in, line
from core.rules import ZERO
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from shipments.reports import MonthRow, monthly_series
from workspace.words import month_text

MONTHS = 12
Value = Decimal | int | None


def measures(user: User) -> dict[str, str]:
    """What the person may look at, by name."""
    shown = {
        "shipments": pgettext("measure of the trend", "Waybills"),
        "revenue": pgettext("measure of the trend", "Revenue"),
    }
    return shown | ({"margin": _("Margin")} if can(user, Action.VIEW_MARGIN) else {})


def trend(customer: Customer, day: dt.date, measure: str, label: str) -> Chart:
    """Twelve months to that of `day` beside the twelve before; money in the company's currency.

    A month in which the cost of a waybill is unknown has no margin.
    """
    rows = monthly_series(customer, day, currency=settings.COMPANY_CURRENCY, months=2 * MONTHS)
    values = [_value(row, measure) for row in rows]
    before, now = values[:MONTHS], values[MONTHS:]
    unit = COUNT if measure == "shipments" else amount_in(settings.COMPANY_CURRENCY)
    return line(
        label,
        _summary(label, rows, unit, now, before),
        Axis(_("Month"), [row.first_day.strftime("%Y-%m") for row in rows[MONTHS:]], unit),
        [
            Series(_("12 months to now"), now, style="area"),
            Series(_("a year earlier"), before, tone="text3", style="dashed"),
        ],
    )


def _value(row: MonthRow, measure: str) -> Value:
    if measure == "margin":
        return row.margin
    return row.revenue if measure == "revenue" else row.shipments


def _summary(
    label: str, rows: list[MonthRow], unit: Unit, now: list[Value], before: list[Value]
) -> str:
    sentence = _(
        "{what} by month, {first} to {last}: {now} in all, {before} in the 12 months before."
    )
    return sentence.format(
        what=label,
        first=month_text(rows[MONTHS].first_day),
        last=month_text(rows[-1].first_day),
        now=unit.write(_total(now)),
        before=unit.write(_total(before)),
    )


def _total(values: list[Value]) -> Value:
    """The sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return sum(known, ZERO) if isinstance(known[0], Decimal) else sum(known)
