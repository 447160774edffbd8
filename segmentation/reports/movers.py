"""Who has another tier than in an earlier night, and the main reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core import sql
from core.keyset import Order, Position, decode, read_amount
from core.models import Version
from customers.models import Customer
from organization.models import User
from segmentation.messages import main_reason, readable
from segmentation.models import Classification
from segmentation.reports.tiers import SQL, Steps, steps
from segmentation.rules.moves import pairs

KINDS = ("all", "risk", "up", "down", "mine")
PAGE_SIZE = 50
_ORDER = Order("revenue_12m", tie="customer_id", descending=True, parse=read_amount)


@dataclass(frozen=True, slots=True)
class Mover:
    """One customer with its move."""

    customer: Customer
    before: str
    tier: str
    revenue: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class MoverPage:
    """Some of them, and where the next ones begin."""

    rows: list[Mover]
    next: str


_Row = tuple[int, str, str, Decimal]  # customer, before, now, revenue


def movers(user: User, way: Steps, kind: str, after: str = "") -> MoverPage:
    """The next movers behind a position, the largest revenue first."""
    position = decode(after, _ORDER) if after else None
    found = _found(user, way, kind, position)
    rows, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    following = Position(rows[-1][3], rows[-1][0]).encode() if more else ""
    return MoverPage(_with_reasons(user, way.night, way.before, rows), following)


def export_movers(user: User, night: Version, before: Version, kind: str) -> Iterator[Mover]:
    """All of them, page by page."""
    way, after = steps(user, before, night), ""
    while True:
        page = movers(user, way, kind, after)
        yield from page.rows
        if not page.next:
            return
        after = page.next


def _found(user: User, way: Steps, kind: str, position: Position | None) -> list[_Row]:
    own = {"manager": user.pk} if kind == "mine" else {}
    rows = sql.rows(
        SQL / "moves_between.sql",
        pairs=[f"{old}>{new}" for old, new in pairs(kind)],
        revenue=position.value if position else None,
        customer=position.tie if position else None,
        most=PAGE_SIZE + 1,
        **way.parameters | own,
    )
    return [(customer, old, new, revenue) for customer, old, new, revenue in rows]


def _with_reasons(user: User, night: Version, before: Version, rows: list[_Row]) -> list[Mover]:
    """One query whatever their number."""
    ids = [row[0] for row in rows]
    of_both = Classification.objects.visible_to(user).filter(
        version__in=[night, before], customer__in=ids
    )
    customers: dict[int, Customer] = {}
    reasons = {}
    for row in of_both.select_related("customer__account_manager", "customer__org_unit"):
        customers[row.customer_id] = row.customer
        reasons[row.customer_id, row.version_id] = readable(row.reasons, user)
    return [
        Mover(
            customers[customer],
            old,
            new,
            revenue,
            main_reason(
                new, reasons.get((customer, night.pk), []), reasons.get((customer, before.pk), [])
            ),
        )
        for customer, old, new, revenue in rows
        if customer in customers
    ]
