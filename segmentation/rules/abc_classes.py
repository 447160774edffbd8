"""ABC classes by cumulative value (C1) and by head count (C2).

All comparisons are of whole cents with exact fractions, so that SQL on numeric decides the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from core.rules import cents, rate, shown_rate

Reason = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class AbcResult:
    """The class with the shares it follows from.

    `value_share` is the customer's part of all positive value (0 for one with nothing), and
    `cumulative_share` is s of C1: the part held by customers strictly above. Both are fractions,
    null when nobody has positive value or this customer's value is unknown.
    """

    abc_class: str
    value: Decimal | None
    value_share: Decimal | None
    cumulative_share: Decimal | None


def abc_by_value(
    values: Mapping[str, Decimal | None], a: Decimal = Decimal("0.80"), b: Decimal = Decimal("0.95")
) -> dict[str, AbcResult]:
    """C1 for every customer code; unknown values (null) and values <= 0 are class N."""
    known = {code: cents(value) for code, value in values.items() if value is not None}
    total = sum(value for value in known.values() if value > 0)
    above = _sums_above(known.values())
    results: dict[str, AbcResult] = {}
    for code, value in values.items():
        own = known.get(code)
        if own is None:
            results[code] = AbcResult("N", None, None, None)
            continue
        higher = above[max(own, 0)]
        name = abc_class(own, higher, total, (a, b))
        results[code] = AbcResult(name, value, rate(max(own, 0), total), rate(higher, total))
    return results


def abc_class(value: int, higher: int, total: int, cuts: tuple[Decimal, Decimal]) -> str:
    """A, B, C or N of one customer, all in cents: `higher` is held strictly above, of `total`."""
    if value <= 0:
        return "N"
    a, b = (Fraction(cut) for cut in cuts)
    if higher < a * total:
        return "A"
    return "B" if higher < b * total else "C"


def abc_by_count(
    values: Mapping[str, Decimal],
    a: Decimal = Decimal("0.05"),
    b: Decimal = Decimal("0.15"),
    minimum: int = 20,
) -> dict[str, str | None]:
    """C2 for the active customers given: A for the top ceil(a n), B up to ceil((a + b) n), else C.

    The rank is 1 + the number strictly above, so ties are pulled up. With fewer than `minimum`
    customers all are null: amount bands only.
    """
    if len(values) < minimum:
        return dict.fromkeys(values)
    last_a = ceil(Fraction(a) * len(values))
    last_b = ceil((Fraction(a) + Fraction(b)) * len(values))
    ranks = _ranks(values)
    return {
        code: "A" if ranks[value] <= last_a else "B" if ranks[value] <= last_b else "C"
        for code, value in values.items()
    }


def abc_reason(result: AbcResult, a: Decimal, b: Decimal) -> Reason:
    """Why this class: the share held above, and the cut it is under or over."""
    if result.abc_class == "N":
        return {"code": "abc_n", "value": None if result.value is None else str(result.value)}
    cut = a if result.abc_class == "A" else b
    return {
        "code": f"abc_{result.abc_class.lower()}",
        "cumulative_share": str(shown_rate(result.cumulative_share)),
        "cut": str(cut),
    }


def _sums_above(values: Iterable[int]) -> dict[int, int]:
    """For each positive value, and for 0: the sum of the values strictly above it."""
    sums: dict[int, int] = {}
    held = 0
    for value, count in sorted(Counter(values).items(), reverse=True):
        if value > 0:
            sums[value] = held
            held += value * count
    sums[0] = held
    return sums


def _ranks(values: Mapping[str, Decimal]) -> dict[Decimal, int]:
    ranks: dict[Decimal, int] = {}
    heads = 0
    for value, count in sorted(Counter(values.values()).items(), reverse=True):
        ranks[value] = heads + 1
        heads += count
    return ranks
