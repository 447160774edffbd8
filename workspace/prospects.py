"""The board of prospects: who stands in which stage, what they may bring, what comes next."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from customers.models import Customer, Prospect
from engagement.models import Task
from organization.models import User

Stage = Prospect.Stage
SHOWN = 30  # of each stage, those that may bring most
_CLOSED = dt.timedelta(90)  # so long what was won and lost is told


@dataclass(frozen=True, slots=True)
class Card:
    """One prospect."""

    customer: Customer
    volume: int | None
    days: int | None  # in this stage
    step: str  # what is to be done next
    step_on: dt.date | None
    is_late: bool
    moves: list[tuple[str, Any]]  # stages it can be put into by one click


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage with the sums of all its prospects."""

    stage: str
    label: Any
    number: int
    volume: int
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Board:
    """Open stages, and how many were won and lost in 90 days."""

    lanes: list[Lane]
    won: int
    lost: int

    @property
    def number(self) -> int:
        """How many are still to be won."""
        return sum(lane.number for lane in self.lanes)


def with_stage(customers: QuerySet[Any]) -> QuerySet[Any]:
    """The customers with `stage`: contacted where nobody has said more."""
    stage = Coalesce("prospect__stage", Value(Stage.CONTACTED.value))
    found: QuerySet[Any] = customers.annotate(stage=stage)
    return found


def board(user: User, today: dt.date) -> Board:
    """Five queries whatever there is."""
    visible = Customer.objects.visible_to(user).unmerged()
    prospects = with_stage(visible.filter(status=Customer.Status.PROSPECT)).order_by()
    sums = {
        row["stage"]: row
        for row in prospects.values("stage").annotate(
            number=Count("pk"), volume=Sum("prospect__expected_monthly_volume")
        )
    }
    closed = Prospect.objects.visible_to(user).filter(since__gt=today - _CLOSED)
    ended = closed.order_by().aggregate(
        won=Count("pk", filter=Q(stage=Stage.WON)), lost=Count("pk", filter=Q(stage=Stage.LOST))
    )
    lanes = [
        Lane(
            stage.value,
            stage.label,
            number=sums.get(stage, {}).get("number", 0),
            volume=sums.get(stage, {}).get("volume") or 0,
            cards=_cards(prospects.filter(stage=stage), user, stage, today),
        )
        for stage in Prospect.OPEN_STAGES
    ]
    return Board(lanes, ended["won"], ended["lost"])


def card_of(user: User, customer: Customer, today: dt.date) -> tuple[Any, Card]:
    """One prospect as its file shows it: the label of its stage, the rest; one query."""
    row = _with_steps(with_stage(Customer.objects.visible_to(user)), user).get(pk=customer.pk)
    stage = Stage(row.stage)
    return stage.label, _card(row, stage, today)


def _cards(
    prospects: QuerySet[Any], user: User, stage: Prospect.Stage, today: dt.date
) -> list[Card]:
    """The prospects that may bring most, each with its next step."""
    rows = _with_steps(prospects, user).order_by("-weight", "pk")
    return [_card(row, stage, today) for row in rows[:SHOWN]]


def _with_steps(prospects: QuerySet[Any], user: User) -> QuerySet[Any]:
    steps = (
        Task.objects.visible_to(user).open().filter(customer=OuterRef("pk"), kind__in=Task.TOUCHES)
    )
    title = Subquery(steps.order_by("due_on", "pk").values("title")[:1])
    found: QuerySet[Any] = prospects.select_related("prospect", "account_manager").annotate(
        step=title,
        volume=F("prospect__expected_monthly_volume"),
        since=F("prospect__since"),
        weight=Coalesce("prospect__expected_monthly_volume", Value(0), output_field=IntegerField()),
    )
    return found


def _card(row: Any, stage: Prospect.Stage, today: dt.date) -> Card:
    on: dt.date | None = row.next_follow_up_on
    others = [each for each in (*Prospect.OPEN_STAGES, Stage.WON) if each != stage]
    return Card(
        customer=row,
        volume=row.volume,
        days=(today - row.since).days if row.since else None,
        step=row.step or "",
        step_on=on,
        is_late=on is not None and on < today,
        moves=[(each.value, each.label) for each in others],
    )
