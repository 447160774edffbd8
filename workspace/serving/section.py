"""The section of a customer's file: waiting, storage, talks, lanes that lose, the season."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import NUMBER, Axis, Chart, Series, bars
from customers.models import Customer
from organization.models import User
from segmentation.models import LossLane, Serving
from segmentation.rules.serving import seasonality
from shipments.models import CustomerMonth
from shipments.rules import month_number
from workspace.header import Header

LANES = 20
_MONTHS = 36


def serving(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """The night's figures, and how the months differ; three queries."""
    served = Serving.objects.visible_to(user).current().filter(customer=customer)
    lanes = LossLane.objects.visible_to(user).current().filter(customer=customer)
    return {
        "served": served.first(),
        "lanes": lanes.losing()[:LANES],
        "season": _season(user, customer, above),
        "serving_currency": settings.COMPANY_CURRENCY,
    }


def _season(user: User, customer: Customer, above: Header) -> Chart | None:
    """Each calendar month against the mean, of whole years that lie behind; None without one."""
    this = month_number(above.day)
    rows = CustomerMonth.objects.visible_to(user).filter(
        customer=customer, month__range=(this - _MONTHS, this - 1)
    )
    sums = rows.order_by().values("month").annotate(total=Sum("shipments"))
    found = {row["month"]: row["total"] for row in sums}
    if not found:
        return None
    years = (this - min(found)) // 12
    months = {number: found.get(number, 0) for number in range(this - 12 * years, this)}
    index = seasonality(months)
    return _chart(index, years) if index else None


def _chart(index: dict[int, Decimal], years: int) -> Chart:
    best, least = max(index, key=index.__getitem__), min(index, key=index.__getitem__)
    labels = [pgettext("number of a month", "{n}").format(n=month) for month in index]
    summary = _(
        "Shipments of each month against the mean month, {years} years: most in month {best}"
        " ({most}), least in month {least} ({few})."
    ).format(
        years=years, best=best, most=round(index[best], 2), least=least, few=round(index[least], 2)
    )
    values = [round(value, 2) for value in index.values()]
    return bars(
        _("Season"),
        summary,
        Axis(_("Month"), labels, NUMBER),
        [
            Series(_("Index"), values),
            Series(_("mean month"), [1] * len(values), tone="text3", style="dashed"),
        ],
    )
