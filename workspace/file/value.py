"""What a customer will bring, in a figure and one sentence."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.rules import percent
from organization.models import User
from organization.permissions import Action, can
from segmentation.models import Rhythm, RuleSet

_FIGURES = ("p_alive", "expected_shipments_12m", "clv_12m", "lifetime_value", "reasons")
_SURE, _UNLIKELY = Decimal("0.995"), Decimal("0.005")


@dataclass(frozen=True, slots=True)
class ValueToCome:
    """The customer value of a night (C8) as a page tells it."""

    p_alive: Decimal | None
    shipments: Decimal | None  # of the next 12 months, as the value
    value: Decimal | None
    for_good: Decimal | None
    reasons: list[dict[str, Any]]

    @property
    def code(self) -> str:
        """By what it is told, or why it is not."""
        return str(self.reasons[0]["code"]) if self.reasons else ""

    @property
    def is_known(self) -> bool:
        """Whether there are figures."""
        return self.p_alive is not None

    @property
    def alive(self) -> str:
        """The probability in per cent; never certain."""
        share = self.p_alive
        if share is None:
            return _("one-time, unknown") if self.code == "one_time" else _("not enough data")
        if share >= _SURE:
            return _("over 99%")
        return _("under 1%") if share < _UNLIKELY else f"{percent(share, 0)}%"

    @property
    def tone(self) -> str:
        """Its colour, as the rhythm's bands: half and less is bad."""
        share = self.p_alive
        if share is None:
            return ""
        return "ok" if share >= Decimal("0.8") else "warn" if share > Decimal("0.5") else "bad"

    @property
    def why(self) -> str:
        """One sentence about how it is known."""
        facts = self.reasons[0] if self.reasons else {}
        if self.code == "weeks":
            return _weeks(facts)
        if self.code == "contract":
            return _contract(facts)
        return {
            "one_time": _(
                "It shipped in one week only: nobody can tell yet whether it comes back."
            ),
            "no_model": _("Too few customers came back so far to tell from them what comes."),
            "contract_unknown": _("Nobody shipped a year ago: how many stay is not known yet."),
            "long_ago": _("Its last shipment is more than three years ago."),
        }.get(self.code, "")


def _weeks(facts: dict[str, Any]) -> str:
    since = int(facts["since"])
    last = (
        _("the last one is running or just over")
        if since == 0
        else ngettext("the last one {n} week ago", "the last one {n} weeks ago", since)
    )
    return _("Active in {active} of {of} weeks, {last}.").format(
        active=facts["active"], of=facts["of"], last=last.format(n=since)
    )


def _contract(facts: dict[str, Any]) -> str:
    kept = f"{percent(Decimal(facts['retention']), 0)}%"
    silent = int(facts["silent_days"])
    told = ngettext("silent for {n} day", "silent for {n} days", silent).format(n=silent)
    usual = _("usually no more than {n}").format(n=facts["usual_days"])
    return _("By contract: {share} of such customers stay a year; {silent}, {usual}.").format(
        share=kept, silent=told, usual=usual
    )


def with_value(rhythms: QuerySet[Rhythm]) -> QuerySet[Rhythm]:
    """The rhythms with the customer value of the same customer and night, for `value_facts`."""
    same_night = Q(customer__values__version=F("version"))
    rules = RuleSet.objects.filter(version=OuterRef("version__rule_version"))
    return rhythms.annotate(
        to_come=FilteredRelation("customer__values", condition=same_night),
        value_basis=Subquery(rules.values("document__abc__basis")[:1]),
        **{f"value_{name}": F(f"to_come__{name}") for name in _FIGURES},
    )


def value_facts(user: User, row: Rhythm) -> dict[str, Any]:
    """The value beside a rhythm; empty in nights from before it was told.

    A value made of margins is for who may see margins.
    """
    figures = [getattr(row, f"value_{name}") for name in _FIGURES]
    if figures[-1] is None:
        return {}
    by_margin = getattr(row, "value_basis") == "margin"  # noqa: B009  # an annotation
    return {
        "to_come": ValueToCome(*figures),
        "may_see_value": can(user, Action.VIEW_MARGIN) or not by_margin,
    }
