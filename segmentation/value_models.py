"""A month's model of customer value (C8): fitted, judged by weeks held out, kept with its fate."""

import datetime as dt
import logging
from pathlib import Path
from typing import Any

import numpy as np

from core import sql
from core.models import Version
from segmentation.models import ValueModel
from segmentation.rules.backtest import a_quarter_before
from segmentation.rules.customer_value import holdout_weeks, is_off
from segmentation.rules.lifetimes import (
    Histories,
    Lifetimes,
    Numbers,
    expected_periods,
    fit_lifetimes,
    fit_spending,
)
from segmentation.ruleset import Ruleset

_SQL = Path(__file__).parent / "sql"
_MOST_SPENDERS = 20_000  # more make Gamma-Gamma slower and not better
_TOLD_APART = 2

logger = logging.getLogger(__name__)


def fit_model(day: dt.date, version: int, rules: Ruleset) -> ValueModel:
    """Fit and judge a model as of the day and keep it, used or not; after the version's figures.

    Numbers that no model fits never break the night: the model before stays in use.
    """
    known, _later = _histories(day, held=0)
    came_back = int(known.customers[known.repeats > 0].sum())
    model = ValueModel(
        as_of=day,
        basis=rules.abc.basis,
        weeks=int(known.age.max(initial=-1)) + 1,
        customers=int(known.customers.sum()),
        returned=came_back,
    )
    if came_back < rules.value.least_customers:
        model.rejection = ValueModel.Rejection.FEW_CUSTOMERS
    elif model.weeks < rules.value.least_weeks:
        model.rejection = ValueModel.Rejection.FEW_WEEKS
    else:
        try:
            _fit(model, known, version, rules)
        except (ArithmeticError, ValueError):
            logger.exception("no model of customer value as of %s", day)
            model.rejection = ValueModel.Rejection.NO_FIT
    _judge_contracts(model, version)
    values = {
        field.attname: getattr(model, field.attname)
        for field in ValueModel._meta.concrete_fields
        if not field.primary_key and field.name != "as_of"
    }
    kept, _created = ValueModel.objects.update_or_create(as_of=day, defaults=values)
    return kept


def _fit(model: ValueModel, known: Histories, version: int, rules: Ruleset) -> None:
    """Give the model its parameters, and its rejection where the weeks held out came otherwise."""
    _judge(model, rules)
    _take(model, fit_lifetimes(known))
    periods, means = _columns(
        "week_values.sql",
        2,
        day=model.as_of,
        version=version,
        basis=model.basis,
        most=_MOST_SPENDERS,
    )
    if len(periods) >= rules.value.least_customers and len(np.unique(means)) >= _TOLD_APART:
        spending = fit_spending(periods, means)
        model.p, model.q, model.gamma = spending.p, spending.q, spending.gamma


def _judge(model: ValueModel, rules: Ruleset) -> None:
    """Foretell the last weeks from those before, and compare."""
    model.holdout_weeks = holdout_weeks(model.weeks)
    before, later = _histories(model.as_of, held=model.holdout_weeks)
    told = expected_periods(
        fit_lifetimes(before), before.repeats, before.recency, before.age, model.holdout_weeks
    )
    model.holdout_expected = float((told * before.customers).sum())
    model.holdout_actual = int(later.sum())
    if is_off(model.holdout_expected, model.holdout_actual, rules.value):
        model.rejection = ValueModel.Rejection.OFF


def _judge_contracts(model: ValueModel, version: int) -> None:
    """Hold what a night a quarter ago told of contract customers against what they did since.

    Nothing before there is such a night.
    """
    earlier = Version.objects.published_between(*a_quarter_before(model.as_of))
    if earlier is None:
        return
    since = earlier.business_date
    [(model.contracts, model.contracts_expected, model.contracts_actual)] = sql.rows(
        _SQL / "contract_holdout.sql",
        earlier=earlier.pk,
        version=version,
        since=since,
        span_days=(model.as_of - since).days,
    )
    model.contracts_since = since


def _take(model: ValueModel, found: Lifetimes) -> None:
    model.r, model.alpha, model.a, model.b = found.r, found.alpha, found.a, found.b
    model.log_likelihood = found.log_likelihood


def _histories(day: dt.date, held: int) -> tuple[Histories, Numbers]:
    """Histories up to the weeks held out, and the active weeks in those."""
    *known, later = _columns("histories.sql", 5, day=day, held=held)
    return Histories(*known), later


def _columns(name: str, number: int, **values: Any) -> list[Numbers]:
    """The result of a statement, column by column, as floating point numbers."""
    found = np.array(sql.rows(_SQL / name, **values), dtype=float).reshape(-1, number)
    return list(found.T)
