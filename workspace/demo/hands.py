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
    lying = _quiet(colleague, 3, 7)
    if planned.exists():
        reason, reads = "陈颖调往宁波，客户转由林晓负责", day + 36 * DAY
        terms = services.Terms(people[_STAR], day + 6 * DAY, reason, reads)
        services.plan_handover(planned, terms, actor=head, today=day)
    if done.exists():
        _hand_over(done, services.Terms(giver, day, "按区域重新划分客户"), head, day, now)
    services.put_into_pool(lying, reason="半年没有发货，也无人跟进", actor=head, now=now)


def _hand_over(
    customers: QuerySet[Customer],
    terms: services.Terms,
    head: User,
    day: dt.date,
    now: dt.datetime,
) -> None:
    """At once; the receiver has accepted one customer so far."""
    handover = services.plan_handover(customers, terms, actor=head, today=day)
    services.carry_out(handover, now=now)
    first = handover.items.values_list("customer", flat=True).order_by("customer")[:1]
    remark = "已电话联系，对接人不变"
    services.accept_items(handover, first, remark=remark, actor=terms.receiver, now=now)


def _quiet(manager: User, first: int, last: int) -> QuerySet[Customer]:
    """Some of the manager's customers without open money and without a story of their own."""
    owing = PlanLine.objects.open().values("customer")
    found = Customer.objects.filter(account_manager=manager, tags=[]).exclude(pk__in=owing)
    codes = found.order_by("-code").values_list("pk", flat=True)
    return Customer.objects.filter(pk__in=list(codes[first:last]))
