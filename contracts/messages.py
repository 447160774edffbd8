"""What figures of contracts are called."""

from decimal import Decimal

from django.utils.translation import gettext as _

from contracts.models import Commitment
from core.rules import percent


def level_text(measure: str, value: Decimal | None) -> str:
    """A service level with its unit: 98.5%, 0.2%, 24 h."""
    if value is None:
        return "—"
    if measure == Commitment.Measure.RESPONSE:
        return _("{hours} h").format(hours=_plain(value))
    return f"{_plain(percent(value) or Decimal(0))}%"


def _plain(value: Decimal) -> str:
    return f"{round(value, 2).normalize():f}"
