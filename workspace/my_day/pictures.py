"""The charts of the page."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.charts import (
    PERCENT,
    Axis,
    Bubble,
    Chart,
    Column,
    Quadrants,
    Series,
    amount_in,
    bars,
    bubble,
)
from core.formats import money_full
from core.models import Version
from customers.models import Customer
from segmentation.models import Figures
from segmentation.rules.indicators import growth
from workspace.my_day.figures import TierRevenue
from workspace.my_day.scope import Scope

SHOWN = 20  # customers in the picture, the largest
_ROOM_LEFT, _ROOM_RIGHT = Decimal("0.6"), Decimal("1.8")  # for the discs at the edges
_STEEPEST = Decimal(1)  # growth beyond is drawn at the edge


def portfolio(scope: Scope, version: Version) -> Chart:
    """The largest customers in scope: revenue of twelve months against its growth."""
    figures = scope.of(Figures.objects.visible_to(scope.user)).filter(
        version=version, revenue_12m__gt=0
    )
    largest = figures.select_related("customer").order_by("-revenue_12m", "customer")[:SHOWN]
    found = [_bubble(row) for row in largest]
    revenue = amount_in(settings.COMPANY_CURRENCY)
    amounts = [Decimal(one.x) for one in found] or [Decimal(1)]
    chart = bubble(
        "portfolio",
        _("The {n} largest customers by revenue of 12 months and its growth").format(n=len(found)),
        (
            Column(_("Customer")),
            Column(_("Revenue, 12 months"), revenue),
            Column(_("Growth"), PERCENT),
            Column(_("Revenue, 12 months"), revenue),
        ),
        found,
        quadrants=Quadrants(
            _("Develop"), _("Invest"), _("Keep lean"), _("Hold on to"), x=median(amounts), y=0
        ),
        limits=((min(amounts) * _ROOM_LEFT, max(amounts) * _ROOM_RIGHT), (-_STEEPEST, _STEEPEST)),
    )
    # Revenue spans several powers of ten: each gets the same room.
    option = chart.option | {"xAxis": chart.option["xAxis"] | {"type": "log"}}
    return replace(chart, option=option)


def _bubble(row: Figures) -> Bubble:
    customer: Customer = row.customer
    return Bubble(
        customer.short_name or customer.name,
        row.revenue_12m,
        growth(row.revenue_12m, row.revenue_prev_12m),
        row.revenue_12m,
        tone=customer.tier or "small",
        link=reverse("customer", args=[customer.pk]),
    )


def tiers(found: Sequence[TierRevenue]) -> Chart:
    """Revenue of twelve months by today's tiers, beside what the same customers brought before."""
    labels = [str(Customer.Tier(each.tier).label) for each in found]
    parts = "; ".join(
        f"{label}: {money_full(each.revenue, settings.COMPANY_CURRENCY)}"
        for label, each in zip(labels, found, strict=True)
    )
    return bars(
        "revenue-by-tier",
        _("Revenue of 12 months by tier: {parts}").format(parts=parts or "—"),
        Axis(_("Tier"), labels, amount_in(settings.COMPANY_CURRENCY)),
        [
            Series(_("12 months"), [each.revenue for each in found]),
            Series(_("12 months before"), [each.before for each in found], tone="axis"),
        ],
        stacked=False,
    )
