"""Reasons and problems of the pure rules as sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from core.formats import NOTHING, money_full
from core.rules import percent
from segmentation.ruleset import RulesetError

Reason = Mapping[str, str | None]


def problem_sentences(error: RulesetError) -> list[str]:
    """One line for each problem of a rule set document: its JSON path and what is wrong."""
    return [
        _("{name}: {message}").format(
            name=problem.path, message=_(problem.message) % dict(problem.params)
        )
        for problem in error.problems
    ]


def explain(reasons: Iterable[Reason]) -> str:
    """One sentence that says why a customer has its tier and class; "" without reasons."""
    parts = [_part(reason) for reason in reasons]
    return _("; ").join(part for part in parts if part)


def _part(reason: Reason) -> str:
    code = reason["code"] or ""
    facts = {
        "revenue": _amount(reason.get("revenue_12m") or reason.get("margin_12m")),
        "threshold": _amount(reason.get("threshold")),
        "share": _percent(reason.get("cumulative_share")),
        "cut": _percent(reason.get("cut")),
        **{name: reason.get(name) or NOTHING for name in ("state", "rating", "band", "score")},
    }
    return (_size_sentences(reason) | _sentences()).get(code, "").format(**facts)


def _size_sentences(reason: Reason) -> dict[str, str]:
    if "margin_12m" in reason:
        return {
            "size_large": _("large: margin of 12 months {revenue} ≥ {threshold}"),
            "size_medium": _("medium: margin of 12 months {revenue} ≥ {threshold}"),
            "size_small": _("small: margin of 12 months {revenue} < {threshold}"),
        }
    return {
        "size_large": _("large: revenue of 12 months {revenue} ≥ {threshold}"),
        "size_medium": _("medium: revenue of 12 months {revenue} ≥ {threshold}"),
        "size_small": _("small: revenue of 12 months {revenue} < {threshold}"),
    }


def _sentences() -> dict[str, str]:
    return {
        "risk_credit": _("at risk: credit state {state}"),
        "risk_rating": _("at risk: rating {rating}"),
        "risk_churn": _("at risk: churn warning {band}"),
        "potential_score": _("potential: score {score} ≥ {threshold}"),
        "potential_prospect": _("potential: a prospect"),
        "abc_a": _("class A: customers above hold {share} of the value, less than {cut}"),
        "abc_b": _("class B: customers above hold {share} of the value, less than {cut}"),
        "abc_c": _("class C: customers above hold {share} of the value, at least {cut}"),
        "abc_n": _("class N: no positive value"),
    }


def _amount(text: str | None) -> str:
    return NOTHING if text is None else money_full(Decimal(text), settings.COMPANY_CURRENCY)


def _percent(text: str | None) -> str:
    return NOTHING if text is None else f"{percent(Decimal(text), 2)}%"
