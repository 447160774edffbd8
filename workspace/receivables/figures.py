"""The sums above the list: how old the money is, where it is owed, what is to come in."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from contracts.models import PlanLine, Receipt
from contracts.reports import coming
from contracts.reports.receivables import By, Group, Sums, added_up, sums_of, totals
from contracts.rules.ageing import BUCKETS
from core.charts import Axis, Chart, Series, amount_in, bars
from core.rules import rate
from organization.models import OrgUnit, User
from segmentation.models import Portfolio
from workspace.receivables.choice import Choice
from workspace.receivables.listing import BUCKET_NAMES, TONES
from workspace.receivables.parts import Named, most_overdue, named_parts

MOST_PARTS = 20
OVER_90 = ("d91_180", "d181_365", "d365_plus")


@dataclass(frozen=True, slots=True)
class Bucket:
    """One age of the open money of all customers together."""

    name: str
    label: object
    amount: Decimal
    customers: int
    share: Decimal | None
    tone: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything above the list, in the chosen currency; `others` are sums in other currencies."""

    sums: Sums
    buckets: list[Bucket]
    parts: list[Named[Sums]]
    parts_by: By
    hidden_parts: int
    others: list[tuple[str, Sums]]
    calendar: Chart

    @property
    def coming(self) -> Decimal:
        """What falls due in the four weeks after the night."""
        return sum(self.sums.weeks.values(), Decimal(0))

    @property
    def over_90(self) -> Decimal:
        """More than 90 days past its due date."""
        return sum((self.sums.amounts[name] for name in OVER_90), Decimal(0))

    @property
    def over_90_share(self) -> Decimal | None:
        """Of what is past its due date."""
        return rate(self.over_90, self.sums.amounts["overdue"])

    @property
    def bar(self) -> list[tuple[Decimal, str]]:
        """The ages as one bar."""
        return [(bucket.amount, bucket.tone) for bucket in self.buckets]


def overview(user: User, choice: Choice) -> Overview:
    """The sums of the choice; a bucket is not part of it, so that the others can be compared."""
    base = choice.unit or (None if user.role == User.Role.ACCOUNT_MANAGER else user.org_unit)
    has_parts = base is not None and OrgUnit.objects.below(base).count() > 1
    is_by_unit = has_parts and choice.manager is None and not choice.is_own
    by: By = "unit" if is_by_unit else "manager"
    groups = _groups(user, choice, by)
    mine = [group for group in groups if group.currency == choice.currency]
    sums = sum((group.sums for group in mine), Sums())
    parts = named_parts(user, by, base, {group.key: group.sums for group in mine})
    parts.sort(key=most_overdue)
    together = added_up(Group(None, group.currency, group.sums) for group in groups)
    others = [(group.currency, group.sums) for group in together]
    return Overview(
        sums=sums,
        buckets=_buckets(sums),
        parts=parts[:MOST_PARTS] if len(parts) > 1 else [],
        parts_by=by,
        hidden_parts=max(0, len(parts) - MOST_PARTS),
        others=[other for other in sorted(others, key=_currency) if other[0] != choice.currency],
        calendar=calendar(sums, choice),
    )


def _currency(other: tuple[str, Sums]) -> str:
    return other[0]


def _groups(user: User, choice: Choice, by: By) -> list[Group]:
    if not choice.is_understood:
        return []
    if choice.q:
        return sums_of(choice.rows(user, any_bucket=True), by)
    return totals(user, choice.version, choice.narrowed(), by)


def _buckets(sums: Sums) -> list[Bucket]:
    return [
        Bucket(
            name,
            BUCKET_NAMES[name],
            sums.amounts[name],
            sums.counts[name],
            rate(sums.amounts[name], sums.owed),
            TONES.get(name, "c4"),
        )
        for name in BUCKETS
    ]


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the open money, as things stand now; the rate is of the night."""

    in_transit: coming.Counted
    disputed: coming.Counted
    collection_rate: Decimal | None


def around(user: User, choice: Choice) -> Around:
    """Bills, disputes and the collection rate; searches and buckets do not narrow them."""
    wanted = {"currency": choice.currency, **choice.narrowed().of_customers()}
    receipts = Receipt.objects.visible_to(user).filter(**wanted)
    return Around(
        in_transit=coming.bills_in_transit(receipts, choice.day),
        disputed=coming.disputed(PlanLine.objects.visible_to(user).filter(**wanted).open()),
        collection_rate=_collection_rate(user, choice),
    )


def calendar(sums: Sums, choice: Choice) -> Chart:
    """What falls due in each of the four weeks after the night."""
    unit = amount_in(choice.currency)
    total = unit.write(sum(sums.weeks.values(), Decimal(0)), chinese=_is_chinese())
    weeks = [(choice.day + dt.timedelta(7 * n + 1), choice.day + dt.timedelta(7 * n + 7))
             for n in range(len(sums.weeks))]  # fmt: skip
    return bars(
        "due-by-week",
        _("Falling due in the next four weeks: {total}").format(total=total),
        Axis(_("Week"), [f"{_short(first)}–{_short(last)}" for first, last in weeks], unit=unit),
        [Series(pgettext("money", "Due"), list(sums.weeks.values()), tone="series")],
    )


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _short(day: dt.date) -> str:
    return day.strftime("%m-%d") if _is_chinese() else date_format(day, "j M")


def _collection_rate(user: User, choice: Choice) -> Decimal | None:
    """Of what was due in the 12 months to the night, the share that came in (B5)."""
    sums = Portfolio.objects.visible_to(user).filter(
        version=choice.version, receivables_currency=choice.currency
    )
    narrowed = choice.narrowed()
    if narrowed.units is not None:
        sums = sums.filter(org_unit__in=narrowed.units)
    if narrowed.manager is not None:
        sums = sums.filter(account_manager=narrowed.manager)
    if narrowed.tier is not None:
        sums = sums.filter(tier=narrowed.tier)
    found = sums.aggregate(due=Sum("due"), collected=Sum("collected"))
    return rate(found["collected"], found["due"])
