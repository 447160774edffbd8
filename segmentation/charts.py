"""The pictures of the tiers page."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.charts import Chart, Flow, Mark, Node, flow, pareto
from core.rules import percent
from customers.models import Customer
from segmentation.reports import ClassRow
from segmentation.reports import Flow as TierFlow
from segmentation.rules.concentration import NEXT, TOP, Concentration
from segmentation.rules.moves import ORDER

_NEW, _GONE = "new", "gone"


_APART = Decimal("0.03")  # of all customers: words of two marks that are closer lie on each other


def pareto_curve(found: Concentration, name: str) -> Chart:
    """The curve with the top 5 % and 20 % named."""
    marks = []
    for part, tone in ((TOP, "large"), (NEXT, "medium")):
        share = found.share_of_top(part)
        if share is None:
            continue
        text = _("Top {heads}% bring {share}%").format(
            heads=int(part * 100), share=percent(share, 1)
        )
        place = next(x for x, y in found.curve if y == share)
        marks.append(Mark(text, place, share, tone))
    summary = "; ".join(mark.text for mark in marks) or _("No customer has value yet")
    axes = (_("Share of customers"), _("Share of value"))
    return pareto(name, summary, axes, found.curve, marks)


def pareto_with_classes(
    found: Concentration, classes: Sequence[ClassRow], name: str
) -> Chart | None:
    """The curve with the ends of the classes A and B, as they are and as they would be."""
    marks: list[Mark] = []
    words = {
        "before": pgettext("ABC class", "{name} now"),
        "after": pgettext("ABC class", "{name} by the draft"),
    }
    for when, tone in (("before", "small"), ("after", "large")):
        heads, held = 0, Decimal(0)
        for row in classes[:2]:
            share = getattr(row, f"share_{when}")
            if share is None or not found.heads:
                return None
            heads, held = heads + getattr(row, when), held + share
            place = Decimal(heads) / found.heads
            if not any(abs(mark.x - place) < _APART for mark in marks):
                marks.append(Mark(words[when].format(name=row.name), place, held, tone))
    summary = "; ".join(
        _("{name}: {before} customers now, {after} by the draft").format(
            name=row.name, before=f"{row.before:,}", after=f"{row.after:,}"
        )
        for row in classes
    )
    axes = (_("Share of customers"), _("Share of value"))
    return pareto(name, summary, axes, found.curve, marks)


def tier_flow(flows: Sequence[TierFlow], name: str) -> Chart:
    """From the earlier night's tiers to this night's."""
    words = {str(value): str(label) for value, label in Customer.Tier.choices}
    nodes = [Node(tier, words[tier], tier) for tier in ORDER]
    nodes += [
        Node(_NEW, pgettext("tiers", "New"), "field"),
        Node(_GONE, _("No longer counted"), "field"),
    ]
    drawn = [
        Flow(one.before or _NEW, one.tier or _GONE, one.customers)
        for one in sorted(flows, key=_place)
    ]
    moved = sum(one.count for one in drawn if one.source != one.target)
    summary = _("{moved} of {all} customers have another tier.").format(
        moved=f"{moved:,}", all=f"{sum(one.count for one in drawn):,}"
    )
    columns = (pgettext("tiers", "Before"), pgettext("tiers", "Now"), _("Customers"))
    return flow(name, summary, columns, nodes, drawn)


def _place(one: TierFlow) -> tuple[int, int]:
    order = [*ORDER, ""]
    return order.index(one.before), order.index(one.tier)
