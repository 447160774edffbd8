"""What one customer is worth and why: the night's results in words, their parts, what changed."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.conf import settings
from django.utils.translation import gettext as _

from core.formats import NOTHING, money_full, share_shown
from core.models import Version
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from segmentation.messages import (
    class_change,
    explained,
    grade_change,
    kind_change,
    kinds_explained,
    main_reason,
    readable,
)
from segmentation.models import Classification, RuleSet, Score
from segmentation.reports.decided import NOTHING_DECIDED, Decided
from segmentation.reports.rfm import Rfm, rfm_of
from segmentation.rules.indicators import Indicators
from segmentation.rules.key_accounts import of_tier
from segmentation.rules.scores import CURRENT, LOYALTY, POTENTIAL, ScoreRules
from segmentation.ruleset import DEFAULT_RULES, Ruleset, load_ruleset

CHANGES = 20  # the latest are shown


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score: what it is of, 0 to 100 (null: unknown), and what it weighs."""

    label: str
    fact: str
    score: Decimal | None
    weight: Decimal

    @property
    def points(self) -> Decimal | None:
        """What it brings to the whole while all parts are known."""
        return None if self.score is None else self.score * self.weight


@dataclass(frozen=True, slots=True)
class Composite:
    """A score with its parts; null where less than `least_known` of the weight is known."""

    score: Decimal | None
    parts: list[Part]
    least_known: Decimal

    @property
    def known(self) -> Decimal:
        """The weight of the parts that are known, of 1."""
        return sum((part.weight for part in self.parts if part.score is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Change:
    """One result that differs from the night before: which, from what, to what, and why."""

    day: dt.date
    name: str  # a field of Classification
    label: str
    before: str
    now: str
    reason: str


@dataclass(frozen=True, slots=True)
class Worth:
    """One customer as of a night."""

    as_of: dt.date
    rule_version: int | None
    row: Classification
    reasons: list[str]  # a sentence each: the tier's, then the class's
    kinds: list[tuple[str, str]]  # of key account, all that hold, each with why
    current: Composite
    potential: Composite
    loyalty: Composite
    rules: ScoreRules
    grade_score: Decimal | None
    rfm: Rfm | None
    changes: list[Change]
    first_night: dt.date  # the oldest that is kept


def worth(
    user: User,
    customer: Customer,
    figures: Indicators | None,
    decided: Decided = NOTHING_DECIDED,
) -> Worth | None:
    """The customer's last night and what led to it; None before its first. Four queries.

    `figures` are that night's; `decided` is what people have decided by now.
    """
    nights = list(
        Classification.objects.visible_to(user)
        .filter(customer=customer, version__status=Version.Status.PUBLISHED)
        .select_related("version")
        .order_by("version__business_date")
    )
    now = next((each for each in reversed(nights) if each.version.is_current), None)
    if now is None:
        return None
    nights = nights[: nights.index(now) + 1]
    parts = Score.objects.current().filter(customer=customer).first()
    all_rules = rules_of(now.version.rule_version)
    rules = all_rules.scores
    sees_margin = can(user, Action.VIEW_MARGIN)
    sees_value = sees_margin or all_rules.abc.basis != "margin"
    reasons = readable(decided.reasons_of(now), user)
    return Worth(
        as_of=now.version.business_date,
        rule_version=now.version.rule_version,
        row=now,
        reasons=explained(of_tier(reasons)),
        kinds=kinds_explained(now.size, reasons),
        current=_current(now, parts, figures, rules, sees_margin=sees_margin),
        potential=_potential(now, parts, rules),
        loyalty=_loyalty(parts, rules),
        rules=rules,
        grade_score=rules.grade_score(now.current_score, now.potential_score),
        rfm=_rfm(now, parts, figures),
        changes=_changes(user, nights, sees_value=sees_value)[:CHANGES],
        first_night=nights[0].version.business_date,
    )


def _rfm(now: Classification, parts: Score | None, figures: Indicators | None) -> Rfm | None:
    if figures is None:
        return None
    weeks = parts.active_weeks if parts else None
    day = now.version.business_date
    return rfm_of(day, figures.last_accepted_on, weeks, figures.revenue_12m)


def rules_of(version: int | None) -> Ruleset:
    """The rules a night went by; the delivered ones where they are not known."""
    found = RuleSet.objects.filter(version=version or 0).values_list("document", flat=True).first()
    return load_ruleset(found) if found else DEFAULT_RULES


def _current(
    now: Classification,
    parts: Score | None,
    figures: Indicators | None,
    rules: ScoreRules,
    *,
    sees_margin: bool,
) -> Composite:
    facts = [NOTHING] * 4
    if figures is not None:
        margin = figures.margin_12m if sees_margin else None
        facts = [
            _money(figures.revenue_12m),
            _money(margin),
            _("{n} shipments").format(n=f"{figures.shipments_12m:,}"),
            _share(figures.collection_rate),
        ]
    labels = (_("Revenue"), _("Contribution to margin"), _("Volume"), _("Due collection rate"))
    scores = [getattr(parts, name, None) for name in CURRENT.values()]
    return Composite(
        now.current_score,
        [Part(*each) for each in zip(labels, facts, scores, rules.current, strict=True)],
        rules.least_known,
    )


def _potential(now: Classification, parts: Score | None, rules: ScoreRules) -> Composite:
    labels = (_("Planned volume"), _("Planned growth"), _("Loyalty"), _("Efficiency of serving"))
    facts = [NOTHING] * 4
    if parts is not None:
        facts = [
            NOTHING if parts.plan_kg is None else _("{n} kg").format(n=f"{parts.plan_kg:,.0f}"),
            _share(parts.plan_growth),
            _("see below") if parts.loyalty is not None else NOTHING,
            _("{minutes} min waiting, {days} days of storage").format(
                minutes=f"{parts.waiting_minutes:,}", days=f"{parts.storage_days:,}"
            ),
        ]
    scores = [getattr(parts, name, None) for name in POTENTIAL.values()]
    return Composite(
        now.potential_score,
        [Part(*each) for each in zip(labels, facts, scores, rules.potential, strict=True)],
        rules.least_known,
    )


def _loyalty(parts: Score | None, rules: ScoreRules) -> Composite:
    labels = (_("Time with us"), _("Share of wallet"), _("Active weeks"), _("Last NPS answer"))
    facts: list[str] = [NOTHING] * 4
    shares: Sequence[Decimal | None] = [None] * 4
    if parts is not None:
        facts = [
            _fact(parts.tenure_days, lambda days: _("{n} years").format(n=f"{days / 365.25:.1f}")),
            _share(parts.wallet_share),
            _fact(parts.active_weeks, lambda weeks: _("{n} of 52").format(n=weeks)),
            _fact(parts.last_nps, lambda answer: _("{n} of 10").format(n=answer)),
        ]
        shares = parts.loyalty_parts
    score = None if parts is None else parts.loyalty
    rows = [Part(*each) for each in zip(labels, facts, shares, LOYALTY, strict=True)]
    return Composite(score, rows, rules.least_known)


def _fact(value: int | None, words: Callable[[int], str]) -> str:
    return NOTHING if value is None else words(value)


def _money(amount: Decimal | None) -> str:
    return NOTHING if amount is None else money_full(amount, settings.COMPANY_CURRENCY)


def _share(share: Decimal | None) -> str:
    return NOTHING if share is None else share_shown(share)


def _changes(user: User, nights: Sequence[Classification], *, sees_value: bool) -> list[Change]:
    """What differs from night to night, the latest first."""
    found: list[Change] = []
    for before, now in pairwise(nights):
        old, new = readable(before.reasons, user), readable(now.reasons, user)
        why = (
            ("tier", _("Tier"), main_reason(now.tier, new, old)),
            ("abc_class", _("ABC class"), class_change(before, now) if sees_value else ""),
            ("value_grade", _("Value grade"), grade_change(before, now)),
            ("lifecycle", _("Lifecycle"), ""),
            ("key_account_kind", _("Key-account kind"), kind_change(old, new)),
        )
        found += [
            Change(
                day=now.version.business_date,
                name=name,
                label=str(label),
                before=_shown(before, name),
                now=_shown(now, name),
                reason=reason,
            )
            for name, label, reason in why
            if getattr(before, name) != getattr(now, name)
        ]
    return found[::-1]


def _shown(row: Classification, name: str) -> str:
    return str(getattr(row, f"get_{name}_display")() or NOTHING)
