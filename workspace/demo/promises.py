"""What customers of the demonstration promised to pay: most kept it, some did not, some are due."""

import datetime as dt
from decimal import Decimal

from django.db.models import F

from contracts import services
from contracts.models import PlanLine, Promise
from contracts.rules.promises import GRACE_WORKDAYS
from organization.reports import work_calendar
from workspace.demo.chance import stream
from workspace.demo.seasons import DAY
from workspace.demo.world import World

_SAID = (
    "财务李姐电话答应，走完审批就付",
    "老板出差回来当天安排",
    "先付一部分，余款下周",
    "微信确认，等发票到",
    "月底资金回笼后付清",
)
_MOST = 120
_LATE = (6, 45)  # days after the due date on which somebody was called


def write_promises(world: World) -> None:
    """Promises for lines that were paid late or are late, as their managers noted them."""
    today = world.first_day
    lines = PlanLine.objects.filter(
        state=PlanLine.State.OPEN,
        due_on__range=(today - 150 * DAY, today - _LATE[0] * DAY),
        customer__account_manager__isnull=False,
        customer__merged_into=None,
        currency="CNY",
    ).select_related("customer")
    late = lines.filter(paid__lt=F("amount")) | lines.filter(
        allocations__allocated_on__gt=F("due_on") + _LATE[0]
    )
    made = [
        promise
        for line in late.distinct().order_by("-amount", "line_no")[:_MOST]
        if (promise := _promise(world, line, today)) is not None
    ]
    Promise.objects.bulk_create(made)
    services.judge_promises({promise.customer_id for promise in made}, day=today)


def _promise(world: World, line: PlanLine, today: dt.date) -> Promise | None:
    chance = stream(world.seed, "promise", line.line_no)
    made_on = line.due_on + chance.randint(*_LATE) * DAY
    if made_on > today or line.customer.account_manager_id is None:
        return None
    calendar = work_calendar()
    due_on = calendar.next_workday(made_on + chance.randint(4, 14) * DAY)
    return Promise(
        customer=line.customer,
        line=line,
        amount=line.amount.quantize(Decimal("0.01")),
        currency=line.currency,
        made_on=made_on,
        due_on=due_on,
        counts_until=calendar.add_workdays(due_on, GRACE_WORKDAYS),
        note=chance.choice(_SAID),
        noted_by_id=line.customer.account_manager_id,
    )
