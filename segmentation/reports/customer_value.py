"""Who stayed (C13) of what a person answers for, and the model of customer value in use."""

import datetime as dt
from decimal import Decimal

from django.db.models import Sum

from core.models import Version
from core.rules import ZERO, rate
from organization.models import User
from segmentation.models import RetentionSum, ValueModel
from segmentation.rules.customer_value import Retention

_SUMS = ("then_customers", "stayed_customers", "then_revenue", "revenue", "capped_revenue")


def retention_of(user: User, night: Version) -> Retention | None:
    """C13 as of the night; None where nobody shipped a year before, or the night did not sum it."""
    rows = RetentionSum.objects.visible_to(user).filter(version=night).order_by()
    then, stayed, *money = rows.aggregate(*(Sum(name) for name in _SUMS)).values()
    return Retention(int(then), int(stayed), *(each or ZERO for each in money)) if then else None


def latest_model(day: dt.date, basis: str) -> ValueModel | None:
    """The last try to fit a model by the day, used or not."""
    tried = ValueModel.objects.filter(as_of__lte=day, basis=basis)
    return tried.order_by("-as_of").first()


def told_off(model: ValueModel) -> Decimal | None:
    """How far off the model told the weeks held out, as a signed fraction; null: not judged."""
    if model.holdout_expected is None or model.holdout_actual is None:
        return None
    expected = Decimal(repr(model.holdout_expected))
    return rate(expected - model.holdout_actual, model.holdout_actual)
