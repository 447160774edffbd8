"""The section "Network": whom the customer sends to and receives from; what hangs on the lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.rules import ZERO, percent, rate
from customers.models import Customer
from organization.models import User
from segmentation.models import Exposure, Rhythm
from shipments.reports import Partner, partners
from workspace.file.rhythm import tone_of
from workspace.header import Header
from workspace.listing import customers_for

SHOWN = 50
_GOING = (Rhythm.State.AT_RISK, Rhythm.State.DORMANT)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner the reader may see, with what went between the two in 12 months."""

    customer: Customer
    shipments: int
    revenue: Decimal
    share: Decimal | None  # of all that went between the customer and partners
    state: str  # of its rhythm; "" for who has none
    exposure: Exposure | None

    @property
    def state_label(self) -> str:
        """The rhythm in words."""
        return str(Rhythm.State(self.state).label) if self.state else ""

    @property
    def tone(self) -> str:
        """Its colour; who is lost is as bad as who is going."""
        return "bad" if self.state == Rhythm.State.LOST else tone_of(self.state)


@dataclass(frozen=True, slots=True)
class Others:
    """The partners that are not in the table: further ones, or customers of other units."""

    number: int
    revenue: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Network:
    """A customer's partners as of a night, most revenue first."""

    revenue: Decimal
    rows: list[PartnerRow]
    further: Others
    hidden: Others
    own: Exposure | None  # None while nothing of the customer hangs on lost ones
    lost_partner: Customer | None  # that weighs most, if the reader may see it

    @property
    def number(self) -> int:
        """How many partners there are."""
        return len(self.rows) + self.further.number + self.hidden.number

    @property
    def is_lost(self) -> bool:
        """Whether the customer is lost to its partners."""
        return self.own is not None and self.own.is_lost

    @property
    def why(self) -> str:
        """What makes the exposure, in a sentence or two; "" where nothing does, or it is lost."""
        if self.own is None or self.is_lost:
            return ""
        if self.lost_partner:
            told = _("What weighs most: “{partner}” is lost.").format(partner=self.lost_partner)
        elif self.own.lost_partner_id:
            told = _("What weighs most: a customer of another unit is lost.")
        else:
            return _("None of its partners is lost, but partners of theirs are.")
        share = f"{percent(self.own.lost_share, 1)}%"
        return told + _(" {share} of its network was with lost partners.").format(share=share)

    @property
    def to_protect(self) -> list[PartnerRow]:
        """Of a lost customer: whom it may take along, most revenue at risk first."""
        exposed = [row for row in self.rows if _at_risk(row)]
        return sorted(exposed, key=_at_risk, reverse=True) if self.is_lost else []

    @property
    def at_risk(self) -> Decimal:
        """What is at risk with those."""
        return sum((_at_risk(row) for row in self.to_protect), ZERO)

    @property
    def going(self) -> int:
        """How many of the partners shown are at risk or dormant."""
        return sum(row.state in _GOING for row in self.rows)


def network(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """The partners of the 12 months to the published night; four queries."""
    found = partners(customer.pk, above.day)
    ids = [partner.customer for partner in found]
    visible = customers_for(user).select_related("org_unit").in_bulk(ids)
    beats = Rhythm.objects.visible_to(user).current().filter(customer__in=list(visible))
    states = dict(beats.values_list("customer_id", "state"))
    nightly = Exposure.objects.visible_to(user).current()
    exposed = {row.customer_id: row for row in nightly.filter(customer__in=[customer.pk, *visible])}
    total = sum((partner.revenue for partner in found), ZERO)
    seen = [partner for partner in found if partner.customer in visible]
    own = exposed.get(customer.pk)
    rows = [
        PartnerRow(
            visible[partner.customer],
            partner.shipments,
            partner.revenue,
            rate(partner.revenue, total),
            states.get(partner.customer, ""),
            exposed.get(partner.customer),
        )
        for partner in seen[:SHOWN]
    ]
    return {
        "network": Network(
            revenue=total,
            rows=rows,
            further=_others(seen[SHOWN:], total),
            hidden=_others([each for each in found if each.customer not in visible], total),
            own=own,
            lost_partner=visible.get(own.lost_partner_id or 0) if own else None,
        )
    }


def _others(left: Sequence[Partner], total: Decimal) -> Others:
    revenue = sum((partner.revenue for partner in left), ZERO)
    return Others(len(left), revenue, rate(revenue, total))


def _at_risk(row: PartnerRow) -> Decimal:
    is_exposed = row.exposure is not None and not row.exposure.is_lost
    return row.exposure.revenue_at_risk if row.exposure and is_exposed else ZERO
