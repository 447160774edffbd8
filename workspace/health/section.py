"""The section "Health": score and grade, the six parts, what pulls it down, what changed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.formats import signed
from customers.models import Customer
from organization.models import User
from segmentation.reports.health import HealthPart, Standing, standing_of
from surveys.rules.small_cells import FEW
from workspace.header import Header
from workspace.health.words import TONES, fact_of, label_of


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part as the table shows it."""

    part: HealthPart

    @property
    def label(self) -> str:
        """What it is called."""
        return label_of(self.part.name)

    @property
    def fact(self) -> str:
        """What decides it."""
        return fact_of(self.part)

    @property
    def change(self) -> str:
        """How it moved since the night before; "" where it did not."""
        return "" if self.part.change is None else signed(self.part.change)


def health(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    """The health of the published night; three queries."""
    found = standing_of(user, customer)
    if found is None:
        return {"health": None}
    return {
        "health": found,
        "tone": TONES.get(found.row.grade, ""),
        "parts": [PartRow(part) for part in found.parts],
        "sentence": _sentence(found),
        "change": _change(found),
        "is_tested_on_few": found.test is not None and found.test.lost < FEW,
    }


def _sentence(found: Standing) -> str:
    """Which part is bad."""
    worst = found.worst
    if worst is None:
        return _("Nothing that is known pulls it down.")
    told = _("What pulls it down most: {part}, {fact}.").format(
        part=label_of(worst.name), fact=fact_of(worst)
    )
    if found.row.is_capped:
        told += _(" One heavy part is so poor that it cannot be green.")
    return told


def _change(found: Standing) -> str:
    """The score against the night before; "" where it did not move or there was none."""
    before: Decimal | None = found.before.score if found.before else None
    if before is None or found.row.score is None or before == found.row.score:
        return ""
    return _("{change} since the night before ({score})").format(
        change=signed(found.row.score - before), score=before
    )
