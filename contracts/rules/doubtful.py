"""What of the open money is doubtful, by its age (B15)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal

from core.rules import ZERO, money


@dataclass(frozen=True, slots=True)
class ProvisionRules:
    """The share of each age that is set aside; the names are those of the ages (B4)."""

    not_due: Decimal = Decimal("0.00")
    d1_30: Decimal = Decimal("0.01")
    d31_60: Decimal = Decimal("0.05")
    d61_90: Decimal = Decimal("0.10")
    d91_180: Decimal = Decimal("0.30")
    d181_365: Decimal = Decimal("0.50")
    d365_plus: Decimal = Decimal("1.00")


def provision(amounts: Mapping[str, Decimal], rules: ProvisionRules) -> Decimal:
    """Sum of bucket x rate, rounded once to the cent; credit is not set against it."""
    rates = asdict(rules)
    return money(sum((amounts[name] * rate for name, rate in rates.items()), ZERO))
