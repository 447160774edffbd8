"""How fast money comes in (B5) and how late it is (mean_days_late of C0)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.rules.ledger import LedgerLine
from core.rules import ZERO, Window, rate


@dataclass(frozen=True, slots=True)
class Receivables:
    """One period of one currency: receivables at both ends, sales within, its length in days.

    `due` is what fell due within and what was overdue before it, `collected` what came of that by
    its end, `written_off` what was given up within: it leaves the receivables like money that came.
    """

    begin: Decimal
    sales: Decimal
    end: Decimal
    end_not_due: Decimal
    days: int
    due: Decimal = ZERO
    collected: Decimal = ZERO
    written_off: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Measures:
    """Days (dso, best_possible_dso, average_days_delinquent) and fractions; null without sales."""

    dso: Decimal | None = None
    best_possible_dso: Decimal | None = None
    average_days_delinquent: Decimal | None = None
    cei: Decimal | None = None
    collection_rate: Decimal | None = None
    due_collection_rate: Decimal | None = None


def measures(period: Receivables) -> Measures:
    """The measures of B5; null where sales <= 0 or the own denominator is <= 0.

    The due collection rate does not know sales: what is old can be collected without any.
    """
    of_due = _share(period.collected, period.due)
    if period.sales <= 0:
        return Measures(due_collection_rate=of_due)
    dso = period.end / period.sales * period.days
    best = period.end_not_due / period.sales * period.days
    owed = period.begin + period.sales
    return Measures(
        dso=dso,
        best_possible_dso=best,
        average_days_delinquent=dso - best,
        cei=_share(owed - period.end, owed - period.end_not_due),
        collection_rate=_share(owed - period.end, owed),
        due_collection_rate=of_due,
    )


def due_collection_rate(lines: Iterable[LedgerLine], window: Window) -> Decimal | None:
    """Allocated to lines due in the window / amount due in it incl. opening overdue (B5).

    A line due in the window counts whole, with all it received by the window's end, early payments
    too. A line due earlier counts with what was still open when the window began, and with what it
    received within. What is given up was due and not collected, unless it was given up before its
    day; of what is taken back afterwards nothing is due again (LedgerLine.once_given_up). A refund
    collects nothing and is due only where its money was taken back. A fraction; null when nothing
    was due.
    """
    due = collected = ZERO
    for each in lines:
        if each.issued_on > window.until or each.due_on > window.until:
            continue
        line = each.once_given_up(window.until)
        paid = line.allocated(window.until)
        opening = ZERO if line.due_on in window else line.allocated(window.after)
        if line.is_refund:
            opening = paid
        due += _asked(line, window, opening) - opening
        collected += paid - opening
    return _share(collected, due)


def _asked(line: LedgerLine, window: Window, opening: Decimal) -> Decimal:
    """What a line is due with: given up before its day, with what had come of it by then."""
    gone = line.written_off_on
    if gone is None or gone > window.until:
        return line.amount
    if gone <= window.after and line.due_on <= window.after:
        return opening
    return line.allocated(gone) if gone < max(line.due_on, line.issued_on) else line.amount


def mean_days_late(lines: Iterable[LedgerLine], window: Window) -> Decimal | None:
    """Amount-weighted days from original due date to last allocation (C0), early counting as 0.

    Over the lines whose full payment fell in the window, without refunds; null when there were
    none.
    """
    weight = weighted = ZERO
    for line in lines:
        paid_on = None if line.is_refund else line.paid_on(window.until)
        if paid_on is not None and paid_on in window:
            weight += line.amount
            weighted += line.amount * _days_late(line, paid_on)
    return rate(weighted, weight)


def _days_late(line: LedgerLine, paid_on: date) -> int:
    return max(0, (paid_on - (line.original_due_on or line.due_on)).days)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole > 0 else None
