"""Reasons and problems of the pure rules as sentences in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.models import CreditStanding
from core.formats import NOTHING, money_compact, money_full
from core.rules import percent
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from segmentation.models import Classification, Rhythm
from segmentation.rules.hysteresis import CLASSES, UPWARDS
from segmentation.rules.key_accounts import NAMED, has_potential, kinds
from segmentation.rules.tiers import OVERRIDE
from segmentation.ruleset import RulesetError

Reason = Mapping[str, str | None]
_SIZES = {size: Customer.Tier(size).label for size in UPWARDS}
_NAMES = {**_SIZES, **{name: name for name in CLASSES}}


def problem_sentences(error: RulesetError) -> list[str]:
    """One line for each problem of a rule set document: its JSON path and what is wrong."""
    return [
        _("{name}: {message}").format(
            name=problem.path, message=_(problem.message) % dict(problem.params)
        )
        for problem in error.problems
    ]


def readable(reasons: Iterable[Reason], user: User) -> list[Reason]:
    """Those the person may read: a margin is for who may see margins."""
    if can(user, Action.VIEW_MARGIN):
        return list(reasons)
    return [reason for reason in reasons if "margin_12m" not in reason]


def explain(reasons: Iterable[Reason]) -> str:
    """One sentence that says why a customer has its tier and class; "" without reasons."""
    return _("; ").join(explained(reasons))


def explained(reasons: Iterable[Reason]) -> list[str]:
    """The same, one by one."""
    return [sentence for sentence in map(_part, reasons) if sentence]


def _part(reason: Reason) -> str:
    code = reason["code"] or ""
    facts = {
        "revenue": _amount(reason.get("revenue_12m") or reason.get("margin_12m")),
        "threshold": _amount(reason.get("threshold")),
        "share": _percent(reason.get("cumulative_share")),
        "cut": _percent(reason.get("cut")),
        "state": str(dict(CreditStanding.choices).get(reason.get("state") or "", NOTHING)),
        "band": str(dict(Rhythm.State.choices).get(reason.get("band") or "", NOTHING)),
        "tier": str(dict(Customer.Tier.choices).get(reason.get("tier") or "", NOTHING)),
        "until": _day(reason.get("until")),
        "why": reason.get("reason") or NOTHING,
        "would_be": str(_NAMES.get(reason.get("would_be") or "", NOTHING)),
        "mark": _mark(reason),
        "since": _day(reason.get("since")),
        **{name: reason.get(name) or NOTHING for name in ("rating", "score", "nights", "of", "by")},
    }
    return (
        (_size_sentences(reason) | _kept_sentences(reason) | _sentences())
        .get(code, "")
        .format(**facts)
    )


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


def _kept_sentences(reason: Reason) -> dict[str, str]:
    """A class or size that is held although the value is over or under a cut (C4)."""
    is_down = _is_down(reason)
    sizes = {
        (False, False): _(
            "{name} for now: revenue of 12 months {revenue} ≥ {threshold};"
            " {would_be} after {of} nights in a row from {mark} on, {nights} so far"
        ),
        (False, True): _(
            "still {name}: revenue of 12 months {revenue} < {threshold};"
            " moves down after {of} nights in a row below {mark}, {nights} so far"
        ),
        (True, False): _(
            "{name} for now: margin of 12 months {revenue} ≥ {threshold};"
            " {would_be} after {of} nights in a row from {mark} on, {nights} so far"
        ),
        (True, True): _(
            "still {name}: margin of 12 months {revenue} < {threshold};"
            " moves down after {of} nights in a row below {mark}, {nights} so far"
        ),
    }
    classes = {
        False: _(
            "class {name} for now: customers above hold {share} of the value, less than {cut};"
            " {would_be} after {of} nights in a row under {mark}, {nights} so far"
        ),
        True: _(
            "still class {name}: customers above hold {share} of the value, at least {cut};"
            " moves down after {of} nights in a row over {mark}, {nights} so far"
        ),
    }
    by_margin = "margin_12m" in reason
    return {
        f"kept_{size}": _named(sizes[by_margin, is_down], label) for size, label in _SIZES.items()
    } | {f"abc_kept_{name}": _named(classes[is_down], name.upper()) for name in "abc"}


def _named(sentence: str, name: object) -> str:
    return sentence.replace("{name}", str(name))


def _is_down(reason: Reason) -> bool:
    """Whether the value says something lower than what is held."""
    kept, would_be = (reason["code"] or "").rpartition("_")[2], reason.get("would_be") or ""
    ladder = [*UPWARDS, *CLASSES]
    held = kept if kept in ladder else kept.upper()
    return would_be in ladder and ladder.index(would_be) < ladder.index(held)


def _mark(reason: Reason) -> str:
    mark = reason.get("mark")
    return _percent(mark) if "cumulative_share" in reason else _amount(mark)


def _sentences() -> dict[str, str]:
    return {
        OVERRIDE: _("override until {until}: {why} (computed: {tier})"),
        "risk_credit": _("at risk: credit state {state}"),
        "risk_rating": _("at risk: rating {rating}"),
        "risk_churn": _("at risk: rhythm of shipping “{band}”"),
        "potential_score": _("potential: score {score} ≥ {threshold}"),
        "potential_prospect": _("potential: a prospect"),
        "abc_a": _("class A: customers above hold {share} of the value, less than {cut}"),
        "abc_b": _("class B: customers above hold {share} of the value, less than {cut}"),
        "abc_c": _("class C: customers above hold {share} of the value, at least {cut}"),
        "abc_n": _("class N: no positive value"),
        NAMED: _("named by {by} on {since}, because: {why}"),
    }


def _amount(text: str | None) -> str:
    return NOTHING if text is None else money_full(Decimal(text), settings.COMPANY_CURRENCY)


def _day(text: str | None) -> str:
    """A date with its year inside a sentence."""
    if text is None:
        return NOTHING
    chinese = (get_language() or "").startswith("zh")
    return text if chinese else formats.date_format(date.fromisoformat(text), "j M Y")


def _percent(text: str | None) -> str:
    return NOTHING if text is None else f"{percent(Decimal(text), 2)}%"


def main_reason(tier: str, now: Sequence[Reason], before: Sequence[Reason]) -> str:
    """Why the customer has come into the tier: what puts it there, and what the size was before."""
    if _is_override(now):
        sentence = _("override until {until}: {why}")
        return sentence.format(until=_day(now[0].get("until")), why=now[0].get("reason"))
    computed = _computed_reason(tier, now, before)
    if _is_override(before):
        return _("override ended; {reason}").format(reason=computed)
    return computed


def _is_override(reasons: Sequence[Reason]) -> bool:
    return bool(reasons) and reasons[0]["code"] == OVERRIDE


def _computed_reason(tier: str, now: Sequence[Reason], before: Sequence[Reason]) -> str:
    present = next((reason for reason in now if _puts_into(tier, reason)), None)
    if present is not None:
        return _part(present)
    size, earlier = _size(now), _size(before)
    stays_small = tier == "small" and earlier is not None and _is_small(earlier)
    for overlay in ("risk", "potential") if stays_small else ("risk",):
        left = next((reason for reason in before if _puts_into(overlay, reason)), None)
        if left is not None and not any(_puts_into(overlay, reason) for reason in now):
            return _("no longer {reason}").format(reason=_part(left))
    if size is None:
        return ""
    fell = earlier is not None and _is_below(_value(size), earlier)
    crossed = earlier if fell and earlier is not None else size
    sentence = {
        (True, True): _("margin {amount} < {threshold}, before {earlier}"),
        (True, False): _("margin {amount} ≥ {threshold}, before {earlier}"),
        (False, True): _("revenue {amount} < {threshold}, before {earlier}"),
        (False, False): _("revenue {amount} ≥ {threshold}, before {earlier}"),
    }["margin_12m" in size, fell or size["code"] == "size_small" or _is_down(size)]
    return sentence.format(
        amount=_compact(_value(size)),
        threshold=_compact(crossed.get("threshold")),
        earlier=_compact(_value(earlier) if earlier else None),
    )


def class_change(before: Classification, now: Classification) -> str:
    """Why the ABC class is another: what the customers above hold, and the customer's own value."""
    if now.abc_class == "N":
        return _("no positive value any more")
    fell = before.abc_class != "N" and before.abc_class < now.abc_class
    reason = _class_reason(before if fell else now)
    sentence = (
        _("customers above hold {share} of the value, at least {cut}, before {earlier}")
        if fell
        else _("customers above hold {share} of the value, less than {cut}, before {earlier}")
    )
    above = sentence.format(
        share=_percent(_class_reason(now).get("cumulative_share")),
        cut=_percent(reason.get("cut")),
        earlier=_percent(_class_reason(before).get("cumulative_share")),
    )
    own = _("own value {amount}, before {earlier}").format(
        amount=_compact(None if now.value is None else str(now.value)),
        earlier=_compact(None if before.value is None else str(before.value)),
    )
    return _("; ").join([above, own])


def grade_change(before: Classification, now: Classification) -> str:
    """Why the value grade is another: both scores, now and before."""
    sentence = _(
        "current value {current}, before {current_before};"
        " potential {potential}, before {potential_before}"
    )
    return sentence.format(
        current=_score(now.current_score),
        current_before=_score(before.current_score),
        potential=_score(now.potential_score),
        potential_before=_score(before.potential_score),
    )


def kinds_explained(size: str, reasons: Sequence[Reason]) -> list[tuple[str, str]]:
    """The kinds of key account that hold, each with why."""
    by_code = {reason["code"]: reason for reason in reasons}
    why = {
        Customer.KeyAccountKind.IMPORTANT: _part(by_code.get(NAMED, {"code": None})),
        Customer.KeyAccountKind.ECONOMIC: _("by its size"),
        Customer.KeyAccountKind.POTENTIAL: _part(by_code.get("potential_score", {"code": None})),
    }
    found = kinds(is_named=NAMED in by_code, size=size, is_potential=has_potential(reasons))
    return [(str(kind.label), why[kind]) for kind in map(Customer.KeyAccountKind, found)]


def kind_change(before: Sequence[Reason], now: Sequence[Reason]) -> str:
    """Why the kind of key account is another, where people named it or do so no longer."""
    named = next((reason for reason in now if reason["code"] == NAMED), None)
    if named is not None:
        return _part(named)
    was_named = any(reason["code"] == NAMED for reason in before)
    return _("no longer named a key account") if was_named else ""


def _score(score: Decimal | None) -> str:
    return NOTHING if score is None else str(score)


def _class_reason(row: Classification) -> Reason:
    reasons: list[Reason] = row.reasons
    return next((each for each in reasons if (each["code"] or "").startswith("abc_")), {})


def _is_below(value: str | None, size: Reason) -> bool:
    """Whether the value no longer reaches the size."""
    threshold = size.get("threshold")
    if size["code"] == "size_small" or threshold is None:
        return False
    return value is None or Decimal(value) < Decimal(threshold)


def _puts_into(tier: str, reason: Reason) -> bool:
    return tier in {"risk", "potential"} and (reason["code"] or "").startswith(f"{tier}_")


def _size(reasons: Sequence[Reason]) -> Reason | None:
    return next(
        (one for one in reasons if (one["code"] or "").startswith(("size_", "kept_"))), None
    )


def _is_small(size: Reason) -> bool:
    return size["code"] in {"size_small", "kept_small"}


def _value(reason: Reason) -> str | None:
    return reason.get("revenue_12m") or reason.get("margin_12m")


def _compact(text: str | None) -> str:
    if text is None:
        return NOTHING
    chinese = (get_language() or "").startswith("zh")
    return money_compact(Decimal(text), settings.COMPANY_CURRENCY, chinese=chinese)
