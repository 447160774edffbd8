"""What the bank told this morning: money to be matched with customers."""

import datetime as dt
from decimal import Decimal
from typing import Any

from contracts.models import PlanLine
from contracts.services import take_bank_statement
from organization.models import User
from workspace.demo.seasons import DAY, workday

_CLERK = "qianwen"
_ACCOUNT = "6222 0803 1200 4471"
_TEXTS = ("货款", "运费 {line}", "{line}", "货款", "结算款", "代付运费")
_STRANGERS = ("义乌市晨光日用品商行", "陈建华", "宁波海曙远达供应链管理有限公司")
_LATE = 20  # days: who is that late may have paid today


def write_bank(first_day: dt.date) -> None:
    """A statement with payments that are clear, that can be guessed, and that nobody knows."""
    late = PlanLine.objects.open().filter(
        due_on__lt=first_day - _LATE * DAY, disputed=False, paid=0
    )
    lines = late.select_related("customer").order_by("customer", "due_on").distinct("customer")
    clerk = User.objects.select_related("org_unit").get(username=_CLERK)
    day = workday(first_day - 3 * DAY)
    rows = [
        _row(day, number, line.amount, text=_TEXTS[number].format(line=line.line_no),
             payer_name=line.customer.name if number < 4 else _STRANGERS[number - 4])
        for number, line in enumerate(lines[: len(_TEXTS)])
    ]  # fmt: skip
    rows += [
        _row(day, 20, Decimal("8650.00"), payer_name=_STRANGERS[2], text="往来款"),
        _row(day, 21, Decimal("126.40"), text="结息"),
        _row(day, 22, Decimal("45.00"), text="手续费", is_incoming=False),
    ]
    if clerk.org_unit is not None:
        take_bank_statement(rows, account=_ACCOUNT, unit=clerk.org_unit, actor=clerk)


def _row(day: dt.date, number: int, amount: Decimal, **more: Any) -> dict[str, Any]:
    return {
        "reference": f"{day:%Y%m%d}8801{number:04}",
        "booked_on": day,
        "amount": amount,
        "is_incoming": True,
        "currency": "CNY",
        "payer_name": "",
        "payer_account": "",
        "text": "",
    } | more
