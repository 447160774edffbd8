"""What happened between two days, into the database."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import chain, groupby

from django.utils.translation import gettext as _

from contracts.models import PlanLine
from surveys.models import Survey
from workspace.demo import files, money, voices
from workspace.demo.seasons import DAY
from workspace.demo.statements import billed_by_statements
from workspace.demo.way import write_way
from workspace.demo.waybills import SETTLED_DAYS, Shipment, Waybills
from workspace.demo.world import World
from workspace.demo.writing import WaybillWriter, take_in, within

Progress = Callable[[str], None]
_LONGEST_PERIOD = 35


def write_days(world: World, after: dt.date | None, until: dt.date, say: Progress) -> None:
    """Write all that happened after one day (None: since ever) and until another."""
    is_load = after is None
    signed = (
        files.contract(each)
        for profile in world.profiles
        for each in money.contracts(profile, world, until)
        if within(each.signed_on, after, until)
    )
    take_in("contracts", signed, all_or_nothing=is_load)
    billed = _write_waybills(world, after, until, say)
    write_way(world, after, until)
    say(_("Plan lines and receipts ..."))
    _write_money(world, billed, after, until)
    say(_("Notes and survey answers ..."))
    written = (
        files.note(each)
        for profile in world.profiles
        for each in voices.notes(profile, world, until)
        if within(each.written_at.date(), after, until)
    )
    take_in("notes", written, all_or_nothing=is_load)
    for code, name, _opens_on in voices.surveys(world.start, until):
        Survey.objects.get_or_create(code=code, defaults={"name": name})
    answered = (
        files.survey_answer(each)
        for each in voices.answers(world, until)
        if within(each.answered_at.date(), after, until)
    )
    take_in("survey_responses", answered, all_or_nothing=is_load)


def _write_waybills(
    world: World, after: dt.date | None, until: dt.date, say: Progress
) -> Counter[tuple[int, dt.date]]:
    """Write them; returns cents by payer and end of period, where the period is billed."""
    writer = WaybillWriter([profile.code for profile in world.profiles])
    first = world.start if after is None else max(after - SETTLED_DAYS * DAY, world.start)
    billed: Counter[tuple[int, dt.date]] = Counter()
    made = _made(world, after, until, billed)
    for quarter, days in groupby(made, key=lambda each: _quarter(each[0])):
        say(_("Waybills of %(quarter)s ...") % {"quarter": quarter})
        writer.write(shipment for day, shipment in days if day > first or after is None)
    return billed


def _made(
    world: World,
    after: dt.date | None,
    until: dt.date,
    billed: Counter[tuple[int, dt.date]],
) -> Iterator[tuple[dt.date, Shipment]]:
    """Waybills day by day, adding up what is to be billed in `billed`."""
    source = Waybills(world)
    statement_days = [
        profile.settlement.statement_day if profile.is_monthly else 0 for profile in world.profiles
    ]
    day = world.start
    if after is not None:
        day = max(day, after - (_LONGEST_PERIOD + money.BILLING_DAYS) * DAY)
    while day <= until:
        ends = {number: money.period_end(day, number) for number in {*statement_days} - {0}}
        for shipment in source.of(day, until):
            if statement_day := statement_days[shipment.payer]:
                billed[shipment.payer, ends[statement_day]] += shipment.cents
            yield day, shipment
        day += DAY


def _write_money(
    world: World, billed: Counter[tuple[int, dt.date]], after: dt.date | None, until: dt.date
) -> None:
    """Month by month, so that money meets the lines that were open when it came."""
    lines: dict[str, list[money.Line]] = defaultdict(list)
    receipts: dict[str, list[money.Receipt]] = defaultdict(list)
    drafts = (
        money.line_of(world.profiles[payer], world, end, cents)
        for (payer, end), cents in billed.items()
    )
    stated = billed_by_statements()
    new = [
        line
        for line in drafts
        if line and within(line.issued_on, after, until) and line.profile.code not in stated
    ]
    for line in new:
        lines[f"{line.issued_on:%Y%m}"].append(line)
    ever = (
        each
        for line in [*new, *_earlier_lines(world, after)]
        for each in money.receipts_of(line, world)
    )
    for each in chain(ever, money.advances(world)):
        if within(each.received_on, after, until):
            receipts[f"{each.received_on:%Y%m}"].append(each)
    for month in sorted({*lines, *receipts}):
        issued = sorted(lines[month], key=lambda each: each.line_no)
        came = sorted(receipts[month], key=lambda each: (each.received_on, each.receipt_no))
        take_in("plan_lines", map(files.plan_line, issued), all_or_nothing=after is None)
        take_in("receipts", map(files.receipt, came), all_or_nothing=after is None)


def _earlier_lines(world: World, after: dt.date | None) -> Iterator[money.Line]:
    """Our lines of before for which money may still come, as they were made."""
    if after is None:
        return
    profiles = {profile.code: profile for profile in world.profiles}
    stored = PlanLine.objects.filter(
        line_no__startswith="ZD",
        issued_on__range=(after - money.LONGEST * DAY, after),
        state=PlanLine.State.OPEN,
    ).select_related("customer")
    for row in stored:
        profile = profiles.get(row.line_no.partition("-")[2])
        if profile:
            yield money.Line(
                line_no=row.line_no,
                profile=profile,
                contract_no="",
                issued_on=row.issued_on,
                due_on=row.original_due_on,
                amount=row.amount,
                invoice_no=row.invoice_no,
                disputed=row.disputed,
            )


def _quarter(day: dt.date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"
