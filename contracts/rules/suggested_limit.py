"""The limit we would give (B11), with what it is made of."""

from dataclasses import dataclass
from decimal import Decimal

from core.rules import money

BY_RATING = {
    "AAA": Decimal("1.2"),
    "AA": Decimal("1.1"),
    "A": Decimal("1.0"),
    "B": Decimal("0.7"),
    "C": Decimal("0.4"),
    "D": Decimal(0),
}
_SEASON = (Decimal("1.0"), Decimal("1.5"))
_OF_CAPITAL = Decimal("0.10")
_MARGIN_DAYS = 5
VALID_MONTHS = 12  # then half of it counts until it is renewed, unless somebody says otherwise


@dataclass(frozen=True, slots=True)
class Basis:
    """What a suggestion follows from; money in the company's currency."""

    mean_month: Decimal
    days_to_pay: int  # from the end of a period to its pay day
    season: Decimal
    rating: str
    paid_in_capital: Decimal | None = None
    group_room: Decimal | None = None  # what the group's limit leaves


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The amount, and what capped it: "", capital or group."""

    amount: Decimal
    capped_by: str
    season: Decimal


def suggested_limit(basis: Basis) -> Suggestion:
    """Mean month x days at risk x season x rating, within a tenth of capital and the group's."""
    season = max(_SEASON[0], min(_SEASON[1], basis.season))
    days = Decimal(30 + basis.days_to_pay + _MARGIN_DAYS) / 30
    amount, capped_by = basis.mean_month * days * season * BY_RATING[basis.rating], ""
    caps = {
        "capital": None if basis.paid_in_capital is None else basis.paid_in_capital * _OF_CAPITAL,
        "group": basis.group_room,
    }
    for name, cap in caps.items():
        if cap is not None and amount > cap:
            amount, capped_by = max(cap, Decimal(0)), name
    return Suggestion(money(amount), capped_by, season)
