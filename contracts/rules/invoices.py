"""Tax invoices (B13): the tax in an amount, and what follows from a red letter's confirmation."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.rules import ZERO, money

RATES = tuple(map(Decimal, ("0.06", "0.09", "0.13", "0.03", "0.01", "0")))  # 6 %: delivery services
CONFIRMED_WITHIN = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount with its tax taken out: net + tax is the amount, to the cent."""

    net: Decimal
    tax: Decimal


def take_tax_out(amount: Decimal, rate: Decimal) -> Taxed:
    """The tax contained in an amount at a rate (a fraction); negative for negative amounts."""
    tax = money(amount * rate / (1 + rate))
    return Taxed(amount - tax, tax)


def red_part(rate: Decimal, *, before: Decimal, tax_before: Decimal, part: Decimal) -> Taxed:
    """What a red letter takes back of an invoice; red letters that stand took `before` of it.

    All as positive amounts. Whatever became of others, together they take back the tax of what they
    take back, to the cent; where those that stand took a cent too much already this one takes none,
    for a tax of the other sign cannot be issued. The last one takes what is left of the invoice's.
    """
    tax = max(take_tax_out(before + part, rate).tax - tax_before, ZERO)
    return Taxed(part - tax, tax)


class Confirmation(StrEnum):
    """States of the confirmation a red letter needs, with the codes of the tax bureau."""

    NOT_NEEDED = "01"
    WAITS_FOR_BUYER = "02"
    WAITS_FOR_SELLER = "03"
    CONFIRMED = "04"
    DENIED_BY_BUYER = "05"
    DENIED_BY_SELLER = "06"
    LAPSED = "07"  # nobody confirmed it within 72 hours
    WITHDRAWN = "08"
    WITHDRAWN_AFTER = "09"
    ABNORMAL = "10"

    @property
    def may_be_issued(self) -> bool:
        """Whether the red letter can be written out."""
        return self in {self.NOT_NEEDED, self.CONFIRMED}

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still has to say yes or no."""
        return self in {self.WAITS_FOR_BUYER, self.WAITS_FOR_SELLER}

    @property
    def is_dead(self) -> bool:
        """Whether nothing comes of it any more."""
        return not (self.may_be_issued or self.is_waiting)

    def may_lead_to(self, then: "Confirmation") -> bool:
        """Whether the other state can come of this one, at once or through another."""
        return self.may_become(then) or any(
            self.may_become(between) and between.may_become(then) for between in Confirmation
        )

    def may_become(self, then: "Confirmation") -> bool:
        """Whether the bureau moves from this state to the other; a dead one stays."""
        if self.is_waiting:
            return not then.is_waiting and then not in {self.NOT_NEEDED, self.WITHDRAWN_AFTER}
        after = {self.WITHDRAWN_AFTER, self.ABNORMAL}
        return self.may_be_issued and then in after


def lapses_at(asked_at: datetime) -> datetime:
    """Until when a confirmation that is waited for must have come."""
    return asked_at + CONFIRMED_WITHIN
