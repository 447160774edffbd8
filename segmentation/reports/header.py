"""What a page shows of a customer's figures and classes, from the version everyone reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as parts_of
from datetime import date
from decimal import Decimal

from django.db.models import Count

from core.rules import rate
from customers.models import Customer
from customers.querysets import CustomerQuerySet
from organization.models import User
from segmentation.messages import explain, readable
from segmentation.models import Classification, Figures
from segmentation.reports.decided import NOTHING_DECIDED, Decided
from segmentation.rules.indicators import Indicators
from segmentation.rules.key_accounts import of_tier


@dataclass(frozen=True, slots=True)
class HeaderFigures:
    """One customer's night: figures, classes, and what they are made of."""

    as_of: date
    rule_version: int | None
    indicators: Indicators
    tier: str
    size: str
    abc_class: str
    abc_class_by_count: str
    value_share: Decimal | None
    cumulative_share: Decimal | None
    explanation: str  # one sentence in the reader's language
    row: Figures  # as stored: what only some sections show


def header_figures(
    user: User, customer: Customer, decided: Decided = NOTHING_DECIDED
) -> HeaderFigures | None:
    """The customer's figures of the current night; None before the customer's first night.

    They are explained by what people have decided since.
    """
    found = Classification.objects.current().filter(customer=customer).select_related("version")
    classes = found.first()
    figures = Figures.objects.current().filter(customer=customer).first()
    if classes is None or figures is None:
        return None
    value = classes.value
    return HeaderFigures(
        as_of=classes.version.business_date,
        rule_version=classes.version.rule_version,
        indicators=indicators(figures),
        tier=classes.tier,
        size=classes.size,
        abc_class=classes.abc_class,
        abc_class_by_count=classes.abc_class_by_count,
        value_share=None if value is None else rate(max(value, Decimal(0)), classes.value_total),
        cumulative_share=rate(classes.value_above, classes.value_total),
        explanation=explain(of_tier(readable(decided.reasons_of(classes), user))),
        row=figures,
    )


def indicators(figures: Figures) -> Indicators:
    """The stored row with its rates."""
    return Indicators(**{part.name: getattr(figures, part.name) for part in parts_of(Indicators)})


def tier_counts(customers: CustomerQuerySet) -> Mapping[str, int]:
    """How many of these customers have each tier; "" before their first night.

    Pass what the user may see: `Customer.objects.visible_to(user)`.
    """
    counted = customers.unmerged().order_by().values_list("tier").annotate(Count("pk"))
    return dict(counted)
