"""One contract: what was planned, what came in, and how late, as at the end of a day."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from contracts.models import Allocation, Contract, PlanLine, Receipt
from contracts.rules import measures
from contracts.rules.ageing import BUCKETS, bucket_of
from contracts.rules.ledger import Allocation as Booked
from contracts.rules.ledger import LedgerLine
from contracts.rules.states import LineState, is_due_soon, line_state
from core.rules import ZERO, rate, window


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A line of the plan as at the day; `paid_late` once it is paid up, in days (0: in time)."""

    line: PlanLine
    state: LineState
    paid: Decimal
    remainder: Decimal
    days_late: int  # of the open money, from the due date; 0 while it is not due
    paid_late: int | None
    is_due_soon: bool

    @property
    def is_overdue(self) -> bool:
        """Whether open money is past its due date."""
        return self.remainder > 0 and self.days_late > 0


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """Money that went to lines of the contract: how much of it, and to which."""

    receipt: Receipt
    matched: Decimal
    line_nos: list[str]


@dataclass(frozen=True, slots=True)
class Step:
    """Planned and received in all up to the end of a day; `received` is null after today."""

    day: dt.date
    planned: Decimal
    received: Decimal | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A contract's money in one currency."""

    currency: str
    rows: list[PlanRow]
    planned: Decimal
    received: Decimal
    due_by_now: Decimal
    overdue: Decimal
    worst_days: int
    mean_days_late: Decimal | None  # of lines paid up in the 12 months to the day
    ages: dict[str, Decimal]
    steps: list[Step]

    @property
    def received_share(self) -> Decimal | None:
        """Of the plan."""
        return rate(self.received, self.planned)

    @property
    def due_share(self) -> Decimal | None:
        """What should have come by the day, of the plan."""
        return rate(self.due_by_now, self.planned)

    @property
    def open(self) -> Decimal:
        """What is open, due or not."""
        return sum(self.ages.values(), ZERO)


def progress(contract: Contract, day: dt.date) -> list[Progress]:
    """The contract's money as at the end of `day`, for each currency; nothing without lines."""
    lines = list(PlanLine.objects.filter(contract=contract).order_by("due_on", "line_no"))
    booked: dict[int, list[Booked]] = defaultdict(list)
    rows = Allocation.objects.filter(line__in=[line.pk for line in lines]).order_by("allocated_on")
    for line_id, amount, on in rows.values_list("line_id", "amount", "allocated_on"):
        booked[line_id].append(Booked("", amount, on))
    by_currency: dict[str, list[PlanLine]] = defaultdict(list)
    for line in lines:
        by_currency[line.currency].append(line)
    return [_progress(currency, own, booked, day) for currency, own in sorted(by_currency.items())]


def _progress(
    currency: str, lines: Sequence[PlanLine], booked: dict[int, list[Booked]], day: dt.date
) -> Progress:
    rows = [_row(line, _ledger(line, booked[line.pk]), day) for line in lines]
    counted = [row for row in rows if row.line.state != PlanLine.State.VOID]
    ledger = [_ledger(row.line, booked[row.line.pk]) for row in counted]
    ages = dict.fromkeys(BUCKETS, ZERO)
    for row in counted:
        if row.remainder > 0:
            ages[bucket_of(row.line.due_on, day)] += row.remainder
    overdue = [row for row in counted if row.is_overdue]
    return Progress(
        currency=currency,
        rows=rows,
        planned=sum((row.line.amount for row in counted), ZERO),
        received=sum((row.paid for row in counted), ZERO),
        due_by_now=sum((row.line.amount for row in counted if row.line.due_on <= day), ZERO),
        overdue=sum((row.remainder for row in overdue), ZERO),
        worst_days=max((row.days_late for row in overdue), default=0),
        mean_days_late=measures.mean_days_late(ledger, window(day)),
        ages=ages,
        steps=steps(ledger, day),
    )


def _ledger(line: PlanLine, booked: Iterable[Booked]) -> LedgerLine:
    return LedgerLine(
        line.line_no,
        line.issued_on,
        line.due_on,
        line.amount,
        tuple(booked),
        line.original_due_on,
        written_off_on=line.written_off_on,
    )


def _row(line: PlanLine, ledger: LedgerLine, day: dt.date) -> PlanRow:
    is_void = line.state == PlanLine.State.VOID
    decided = LineState(line.state) if is_void or ledger.is_given_up(day) else None
    state = line_state(ledger, day, decided)
    remainder = ZERO if is_void else ledger.remainder(day)
    paid_on = None if is_void else ledger.paid_on(day)
    return PlanRow(
        line=line,
        state=state,
        paid=ledger.allocated(day),
        remainder=remainder,
        days_late=max(0, (day - line.due_on).days) if remainder else 0,
        paid_late=None if paid_on is None else max(0, (paid_on - line.original_due_on).days),
        is_due_soon=is_due_soon(line.due_on, remainder, day),
    )


def steps(lines: Sequence[LedgerLine], day: dt.date) -> list[Step]:
    """Plan and receipts added up at the end of each week, or of each month of a long plan.

    The plan by due date, money by the day it counts. Ends with the last due date or `day`.
    """
    if not lines:
        return []
    begin = min(min(line.issued_on, line.due_on) for line in lines)
    end = max(day, *(line.due_on for line in lines))
    found = []
    for at in _ends(begin, end, day):
        planned = sum((line.amount for line in lines if line.due_on <= at), ZERO)
        received = sum((line.allocated(at) for line in lines), ZERO) if at <= day else None
        found.append(Step(at, planned, received))
    return found


def _ends(begin: dt.date, end: dt.date, day: dt.date) -> list[dt.date]:
    """Days at equal distance from begin to end, at most sixty, one of them `day`."""
    apart = max(7, -(-(end - begin).days // 60))
    before = (day - begin).days // apart if day > begin else 0
    first = day - dt.timedelta(before * apart) if begin <= day <= end else begin
    count = (end - first).days // apart
    ends = [first + dt.timedelta(n * apart) for n in range(count + 1)]
    return [*ends, end] if ends[-1] < end else ends


def receipts_of(contract: Contract) -> list[ReceiptRow]:
    """The receipts that are or were on lines of the contract, or name one, latest first."""
    rows = Allocation.objects.filter(line__contract=contract).values_list(
        "receipt_id", "line__line_no", "amount"
    )
    held: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for receipt_id, line_no, amount in rows:
        held[receipt_id][line_no] += amount
    receipts = Receipt.objects.filter(Q(pk__in=held) | Q(line__contract=contract))
    return [
        ReceiptRow(
            receipt,
            sum(held[receipt.pk].values(), ZERO),
            sorted(number for number, amount in held[receipt.pk].items() if amount),
        )
        for receipt in receipts.order_by("-received_on", "-pk")
    ]
