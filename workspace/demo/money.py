"""What customers agreed, owe and pay: contracts, plan lines of each period, their receipts."""

import datetime as dt
import math
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.rules import add_months, split_money
from workspace.demo.chance import stream
from workspace.demo.profiles import Profile
from workspace.demo.seasons import DAY, workday
from workspace.demo.world import World

BILLING_DAYS = 3  # from the end of a period to its plan line
LONGEST = 400  # days from a line to the last of its receipts
_LEAST = Decimal(50)  # smaller periods are not billed
_METHODS = ("transfer", "transfer", "transfer", "transfer", "wechat", "alipay")
_BILL_DAYS = (92, 183)


@dataclass(frozen=True, slots=True)
class Contract:
    """An agreement of one year."""

    contract_no: str
    profile: Profile
    signed_on: dt.date
    starts_on: dt.date
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class Line:
    """What a period's waybills come to, and when it is due."""

    line_no: str
    profile: Profile
    contract_no: str
    issued_on: dt.date
    due_on: dt.date
    amount: Decimal
    invoice_no: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that comes for a line; `line_no` is empty where the payer did not say."""

    receipt_no: str
    profile: Profile
    received_on: dt.date
    amount: Decimal
    method: str
    matures_on: dt.date | None
    line_no: str


def period_end(day: dt.date, statement_day: int) -> dt.date:
    """The last day of the period that the day belongs to (03 B2: clamped to the month)."""
    last = _clamped(day, statement_day)
    return last if day <= last else _clamped(add_months(day.replace(day=1), 1), statement_day)


def contracts(profile: Profile, world: World, as_of: dt.date) -> Iterator[Contract]:
    """The customer's yearly contracts signed by a day, oldest first."""
    if not profile.settlement.kind:
        return
    start = _contract_start(profile, max(profile.since, world.start))
    gone = profile.trend.until
    last = as_of if gone is None else min(as_of, world.first_day + (gone + 40) * DAY)
    while True:
        contract_no = f"HT{start:%Y%m}-{profile.code}"
        signed_on = start - stream(world.seed, contract_no).randrange(4, 30) * DAY
        if signed_on > last:
            return
        ends_on = add_months(start, 12) - DAY
        yield Contract(contract_no, profile, signed_on, start, ends_on)
        start = add_months(start, 12)


def line_of(profile: Profile, world: World, end: dt.date, cents: int) -> Line | None:
    """The plan line of the period that ended then; None when there is next to nothing to bill."""
    amount = Decimal(cents) / 100
    if amount < _LEAST:
        return None
    line_no = f"ZD{end:%y%m}-{profile.code}"
    issued_on = end + BILLING_DAYS * DAY
    chance = stream(world.seed, line_no)
    return Line(
        line_no,
        profile,
        f"HT{_contract_start(profile, end):%Y%m}-{profile.code}",
        issued_on,
        workday(issued_on + profile.settlement.credit_days * DAY),
        amount,
        f"{end:%y}{chance.randrange(10**18):018}" if chance.random() < 0.93 else "",
        _periods_ago(world.first_day, end) in profile.habit.disputes,
    )


def receipts_of(line: Line, world: World) -> Iterator[Receipt]:
    """Everything that ever comes for the line, whenever that is."""
    chance, habit = stream(world.seed, "paid", line.line_no), line.profile.habit
    late = chance.gauss(habit.late, habit.spread)
    if habit.worsens_from is not None:
        late += 0.6 * max(world.offset(line.issued_on) - habit.worsens_from, 0)
    in_parts, never, by_bill = (chance.random() < p for p in (habit.part, habit.never, habit.bills))
    first = max(line.due_on + round(late) * DAY, line.issued_on + DAY)
    if never or line.disputed or (first - line.issued_on).days > LONGEST - 60:
        return
    parts = [line.amount]
    if in_parts and line.amount > 1000:
        parts = split_money(line.amount, [chance.randrange(3, 8), 4])
    elif chance.random() < 0.015:  # rounded up: the customer has credit then
        parts = [Decimal(math.ceil(line.amount / 100) * 100)]
    said = line.line_no if chance.random() < 0.94 else ""
    for number, amount in enumerate(parts):
        received_on = workday(first + number * chance.randrange(9, 40) * DAY)
        method = "acceptance_bill" if by_bill else chance.choice(_METHODS)
        matures_on = received_on + chance.choice(_BILL_DAYS) * DAY if by_bill else None
        receipt_no = f"SK{line.line_no[2:]}-{number + 1}"
        yield Receipt(receipt_no, line.profile, received_on, amount, method, matures_on, said)


def advances(world: World) -> Iterator[Receipt]:
    """Money that came without a word, more than what was owed."""
    for profile in world.profiles:
        if profile.advance:
            received_on = workday(world.first_day - 4 * DAY)
            number = f"SK-{profile.code}-A"
            yield Receipt(number, profile, received_on, profile.advance, "transfer", None, "")


def _contract_start(profile: Profile, day: dt.date) -> dt.date:
    """The start of the contract year that holds the day."""
    start = dt.date(day.year, profile.settlement.starts_month, 1)
    return start if start <= day else add_months(start, -12)


def _clamped(day: dt.date, day_of_month: int) -> dt.date:
    return day.replace(day=min(day_of_month, monthrange(day.year, day.month)[1]))


def _periods_ago(first_day: dt.date, end: dt.date) -> int:
    return (first_day.year - end.year) * 12 + first_day.month - end.month
