"""Classes and sizes that do not flap (C4): a change is clear, and lasts, before it counts.

Up once the value has been clear of the upper cut for some nights in a row, down once it has been
clear below the lower cut for more of them, one step down at a time. Without an earlier night, after
nights that were lost, and with new rules a value is taken as it is.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.rules import cents, money, shown_rate
from segmentation.rules.abc_classes import AbcResult, Reason, abc_reason
from segmentation.rules.sizes import SIZES, TierCuts, size_of

CLASSES = ("C", "B", "A")  # rising; N is no place to be held in
UPWARDS = tuple(reversed(SIZES))
IN_A_ROW_DAYS = 7  # further apart two nights are in no row: what was not caught up is lost


@dataclass(frozen=True, slots=True)
class HysteresisRules:
    """How clear of a cut, and for how many nights."""

    share: Decimal = Decimal("0.02")  # of all value, beside the cuts of the ABC classes
    amount: Decimal = Decimal("0.10")  # of the cut itself, beside the cuts of the sizes
    nights_up: int = 7
    nights_down: int = 30


@dataclass(frozen=True, slots=True)
class Held:
    """The class or size that counts; where it leans to ("": nowhere) and for how many nights."""

    name: str
    toward: str = ""
    nights: int = 0


def hold_size(
    before: Held | None, value: Decimal | None, cuts: TierCuts, rules: HysteresisRules
) -> Held:
    """The size of a night after the one before; `before` None: as it is."""
    marks = (cuts, cuts.times(1 + rules.amount), cuts.times(1 - rules.amount))
    places = [UPWARDS.index(size_of(value, each)) for each in marks]
    return _hold(before, UPWARDS, places, rules)


def size_reason(
    held: Held, value: Decimal | None, cuts: TierCuts, rules: HysteresisRules
) -> Reason:
    """Why this size: the cut it is over or under, or that the value has not been clear for long."""
    as_is = size_of(value, cuts)
    known = {f"{cuts.basis}_12m": None if value is None else str(value)}
    if as_is == held.name:
        return {"code": f"size_{as_is}", **known, "threshold": str(cuts.least(as_is))}
    is_down = UPWARDS.index(as_is) < UPWARDS.index(held.name)
    cut = cuts.least(held.name) if is_down or held.name == "small" else cuts.large
    mark = cut * (1 - rules.amount if is_down else 1 + rules.amount)
    return {
        "code": f"kept_{held.name}",
        **known,
        "threshold": str(cut),
        "mark": str(money(mark)),
        "would_be": as_is,
        **_progress(held, rules, is_down=is_down),
    }


def hold_class(
    before: Held | None,
    own: Decimal,
    shares: tuple[Decimal, Decimal],
    cuts: tuple[Decimal, Decimal],
    rules: HysteresisRules,
) -> Held:
    """The ABC class of a positive value; `shares`: the value held above, and all there is.

    Without a positive value the class is N at once, and from N a customer comes as it is.
    """
    if own <= 0:
        return Held("N")
    above, total = (Fraction(cents(part)) for part in shares)
    margin = Fraction(rules.share)
    a, b = (Fraction(cut) for cut in cuts)
    places = [
        2 if above < (a + by) * total else 1 if above < (b + by) * total else 0
        for by in (Fraction(0), -margin)
    ]
    # Down only once over the mark: at it the class stays.
    places.append(2 if above <= (a + margin) * total else 1 if above <= (b + margin) * total else 0)
    held = None if before is None or before.name == "N" else before
    return _hold(held, CLASSES, places, rules)


def class_reason(
    held: Held,
    by_value: AbcResult,
    cuts: tuple[Decimal, Decimal],
    rules: HysteresisRules,
) -> Reason:
    """Why this class: the share held above, the cut, or that it has not been clear for long."""
    if held.name == by_value.abc_class:
        return abc_reason(by_value, *cuts)
    is_down = CLASSES.index(by_value.abc_class) < CLASSES.index(held.name)
    cut = cuts[0] if held.name == ("A" if is_down else "B") else cuts[1]
    return {
        "code": f"abc_kept_{held.name.lower()}",
        "cumulative_share": str(shown_rate(by_value.cumulative_share)),
        "cut": str(cut),
        "mark": str(cut + rules.share if is_down else cut - rules.share),
        "would_be": by_value.abc_class,
        **_progress(held, rules, is_down=is_down),
    }


def _progress(held: Held, rules: HysteresisRules, *, is_down: bool) -> Reason:
    needed = rules.nights_down if is_down else rules.nights_up
    return {"nights": str(held.nights), "of": str(needed)}


def _hold(
    before: Held | None, names: tuple[str, ...], places: list[int], rules: HysteresisRules
) -> Held:
    """`places`: where the value stands by the cuts, clear of upper ones, clear of lower ones."""
    as_is, clear_up, clear_down = places
    if before is None:
        return Held(names[as_is])
    now = names.index(before.name)
    leaned = names.index(before.toward) if before.toward else now
    if clear_up > now:
        nights = before.nights + 1 if leaned > now else 1
        toward = min(clear_up, leaned) if leaned > now else clear_up
        done = nights >= rules.nights_up
    elif clear_down < now:
        nights = before.nights + 1 if leaned < now else 1
        toward, done = now - 1, nights >= rules.nights_down
    else:
        return Held(before.name)
    return Held(names[toward]) if done else Held(before.name, names[toward], nights)
