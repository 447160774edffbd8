"""Tax invoices of the last months in every state, as managers asked and the clerk issued."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from contracts.models import Invoice, PlanLine
from contracts.rules.invoices import Confirmation
from contracts.services import invoices as services
from contracts.services.red_letters import note_confirmation, request_red_letter
from core.rules import BUSINESS_ZONE, money
from organization.models import User
from workspace.demo.seasons import DAY

_CLERK = "qianwen"
_SINCE = 120  # days: lines billed earlier were invoiced before this file was kept
_MOST = 48
_FRESH_DAYS = 40
_RATE = Decimal("0.06")
_FAILED = "购方税号与名称不符，请核对后重新申请"


class _Desk:
    """The clerk at work on one customer's line after the other."""

    def __init__(self, first_day: dt.date) -> None:
        self.today = first_day
        self.clerk = User.objects.select_related("org_unit").get(username=_CLERK)
        self.issued = 0

    def lines(self) -> list[PlanLine]:
        """What is billed and not invoiced, the latest line of each customer, latest first."""
        found = PlanLine.objects.visible_to(self.clerk).to_invoice()
        recent = found.filter(
            issued_on__range=(self.today - _SINCE * DAY, self.today), customer__merged_into=None
        )
        lines = recent.select_related("customer__account_manager").distinct("customer")
        one_each = lines.order_by("customer", "-issued_on", "line_no")
        return sorted(one_each, key=lambda line: (line.issued_on, line.line_no))[-_MOST:][::-1]

    def ask(self, line: PlanLine, part: Decimal | None = None) -> Invoice:
        """Asked for by the customer's manager soon after it was billed."""
        customer = line.customer
        kind = Invoice.Kind.SPECIAL if customer.uscc else Invoice.Kind.ORDINARY
        return services.request_invoice(
            customer,
            services.Wanted(kind, customer.name, customer.uscc, _RATE),
            {line.pk: part or line.amount - line.invoiced},
            actor=customer.account_manager or self.clerk,
            today=self._after(line.issued_on, 2),
        )

    def issue(self, invoice: Invoice) -> Invoice:
        """By the clerk the day after, under the tax bureau's next number."""
        self.issued += 1
        day = self._after(invoice.requested_on, 1)
        number = f"{day:%y}442000{self.issued:012}"
        services.issue_invoice(invoice, invoice_no=number, issued_on=day, today=self.today)
        invoice.refresh_from_db()
        return invoice

    def deliver(self, invoice: Invoice) -> None:
        """By e-mail, two days after."""
        day = self._after(invoice.issued_on or self.today, 2)
        services.deliver_invoice(invoice, on=day, how="邮件发给对方应付会计", today=self.today)

    def take_back(self, invoice: Invoice, part: Decimal, confirmation: Confirmation) -> Invoice:
        """A red letter over a part of it, asked for today."""
        row = invoice.lines.get()
        return request_red_letter(
            invoice,
            {row.pk: part},
            reason=Invoice.RedReason.ALLOWANCE if part < row.amount else Invoice.RedReason.WRONG,
            confirmation=confirmation,
            actor=self.clerk,
            now=dt.datetime.combine(self.today, dt.time(10), BUSINESS_ZONE),
        )

    def _after(self, day: dt.date, days: int) -> dt.date:
        return min(day + days * DAY, self.today)


def _delivered(desk: _Desk, line: PlanLine) -> None:
    desk.deliver(desk.issue(desk.ask(line)))


def _issued(desk: _Desk, line: PlanLine) -> None:
    desk.issue(desk.ask(line))


def _asked(desk: _Desk, line: PlanLine) -> None:
    desk.ask(line)


def _with_finance(desk: _Desk, line: PlanLine) -> None:
    asked = desk.ask(line)
    services.hand_over(Invoice.objects.visible_to(desk.clerk).filter(pk=asked.pk))


def _failed(desk: _Desk, line: PlanLine) -> None:
    services.fail_invoice(desk.ask(line), reason=_FAILED)


def _withdrawn(desk: _Desk, line: PlanLine) -> None:
    services.cancel_invoice(desk.ask(line), reason="客户要求与下月合并开票")


def _reduced(desk: _Desk, line: PlanLine) -> None:
    """A tenth taken back as an allowance, without a confirmation."""
    blue = desk.issue(desk.ask(line))
    part = max(money(blue.amount / 10), Decimal("0.01"))
    desk.issue(desk.take_back(blue, part, Confirmation.NOT_NEEDED))


def _replaced(desk: _Desk, line: PlanLine) -> None:
    """Wholly taken back after the buyer confirmed, and asked for anew."""
    blue = desk.issue(desk.ask(line))
    red = desk.take_back(blue, blue.amount, Confirmation.WAITS_FOR_BUYER)
    note_confirmation(red, Confirmation.CONFIRMED)
    desk.issue(red)
    line.refresh_from_db()
    desk.ask(line)


def _waiting(desk: _Desk, line: PlanLine) -> None:
    blue = desk.issue(desk.ask(line))
    desk.take_back(blue, blue.amount, Confirmation.WAITS_FOR_BUYER)


_Story = Callable[[_Desk, PlanLine], None]
_FRESH: tuple[_Story, ...] = (_asked, _with_finance, _delivered, _issued, _asked, _failed)
_OLDER: tuple[_Story, ...] = (
    _delivered,
    _issued,
    _reduced,
    _delivered,
    _waiting,
    _replaced,
    _withdrawn,
)


def write_invoices(first_day: dt.date) -> None:
    """A few dozen invoices; each line's story is the next in turn, of fresh ones or of older."""
    desk = _Desk(first_day)
    for number, line in enumerate(desk.lines()):
        stories = _FRESH if first_day - line.issued_on < _FRESH_DAYS * DAY else _OLDER
        stories[number % len(stories)](desk, line)
