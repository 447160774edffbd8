"""When money is due by what a contract says, or does not say. Pure Python."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.rules.due_dates import (
    Days,
    DueDate,
    EndOfMonthPlus,
    LastDayOfMonth,
    MonthlySettlement,
    Roll,
    Terms,
    due_date,
    last_period_end,
)
from core.work_calendar import WorkCalendar

END_OF_MONTH = 31  # the cut-off where none was agreed
CREDIT_DAYS = 30  # where none were agreed


class DueKind(StrEnum):
    """How a due date follows from the day an amount is asked for (B2)."""

    DAYS = "days"
    WORKDAYS = "workdays"
    END_OF_MONTH = "end_of_month"
    LAST_DAY = "last_day"
    PAY_DAY = "pay_day"


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What a contract says of due dates; what it leaves open is 30 days and the end of a month."""

    kind: DueKind = DueKind.DAYS
    credit_days: int | None = None
    months: int | None = None
    pay_day: int | None = None
    statement_day: int | None = None
    roll: Roll = Roll.FOLLOWING

    @property
    def terms(self) -> Terms:
        """The rule of B2."""
        days = CREDIT_DAYS if self.credit_days is None else self.credit_days
        months = 1 if self.months is None else self.months
        if self.kind == DueKind.END_OF_MONTH:
            return EndOfMonthPlus(days)
        if self.kind == DueKind.LAST_DAY:
            return LastDayOfMonth(months)
        if self.kind == DueKind.PAY_DAY:
            cut_off = self.statement_day or END_OF_MONTH
            return MonthlySettlement(cut_off, months, self.pay_day or END_OF_MONTH)
        return Days(days, in_workdays=self.kind == DueKind.WORKDAYS)

    def days_to_pay(self, day: date, calendar: WorkCalendar) -> int:
        """From the end of the last period before `day` to its pay day, whether worked or not."""
        end = last_period_end(day, self.statement_day or END_OF_MONTH)
        return (self.terms.wish(end, calendar) - end).days

    def due(self, start: date, calendar: WorkCalendar) -> DueDate:
        """When an amount is due whose term begins with `start`."""
        return due_date(self.terms, start, calendar, self.roll)
