"""Who has whom in the demonstration: two handovers, some customers of the pool, a holiday."""

import datetime as dt

from django.db.models import QuerySet

from contracts.models import PlanLine
from customers import services
from customers.models import Customer
from organization.models import Deputy, User
from workspace.demo.seasons import DAY

_HEAD, _GIVER, _COLLEAGUE, _STAR = "hemin", "chenying", "zhoukai", "linxiao"


def write_hands(day: dt.date, now: dt.datetime) -> None:
    """As of the first day; the customers are those without open money, in the order of codes."""
    names = (_HEAD, _GIVER, _COLLEAGUE, _STAR)
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    head, giver, colleague = people[_HEAD], people[_GIVER], people[_COLLEAGUE]
    Deputy.objects.create(user=giver, deputy=colleague, starts_on=day, ends_on=day + 7 * DAY)
    planned, done = _quiet(giver, 0, 3), _quiet(colleague, 0, 3)
    services.plan_handover(
        planned,
        services.Terms(
            people[_STAR], day + 6 * DAY, "陈颖调往宁波，客户转由林晓负责", day + 36 * DAY
        ),
        actor=head,
        today=day,
    )
    handed = services.plan_handover(
        done, services.Terms(giver, day, "按区域重新划分客户"), actor=head, today=day
    )
    services.carry_out(handed, now=now)
    first = handed.items.order_by("customer").first()
    if first is not None:
        services.accept_items(
            handed, [first.customer_id], remark="已电话联系，对接人不变", actor=giver, now=now
        )
    lying = _quiet(colleague, 4, 8)
    services.put_into_pool(lying, reason="半年没有发货，也无人跟进", actor=head, now=now)


def _quiet(manager: User, first: int, last: int) -> QuerySet[Customer]:
    """Some of the manager's customers without open money and without a story of their own."""
    owing = PlanLine.objects.open().values("customer")
    found = Customer.objects.filter(account_manager=manager, tags=[]).exclude(pk__in=owing)
    return Customer.objects.filter(pk__in=list(found.order_by("-code")[first:last]))
