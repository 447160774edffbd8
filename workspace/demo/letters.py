"""Letters that account managers of the demonstration wrote, and interest finance charged."""

import datetime as dt
from collections import defaultdict
from uuid import UUID, uuid5

from django.db.models import F, Sum

from contracts.models import Letter, PlanLine
from contracts.reports.interest import memos
from contracts.reports.overdue import demands
from contracts.services.interest import charge_interest
from contracts.services.letters import Wish, compose, write_letters
from customers.models import Customer
from organization.models import User
from workspace.demo.seasons import DAY
from workspace.demo.world import World

_SPACE = UUID("5d0f6c0a-53a7-4f0e-9d9f-0c8f4a1be0aa")
_LETTERS, _CHARGED = 24, 4  # customers
_AGO = 3  # days before the first day


def write_letters_of(world: World) -> None:
    """A letter to those who owe most for more than a month, of each by their manager."""
    day = world.first_day - _AGO * DAY
    debtors = _debtors(day)
    by_manager: dict[int, list[int]] = defaultdict(list)
    for customer in debtors[:_LETTERS]:
        by_manager[customer.account_manager_id or 0].append(customer.pk)
    for manager in User.objects.filter(pk__in=by_manager).order_by("pk"):
        found = demands(manager, by_manager[manager.pk], day)
        letters = compose(found, Wish("", "zh-hans"), {}, today=day)
        batch = uuid5(_SPACE, f"{world.seed}:{manager.username}")
        write_letters(letters, batch=batch, actor=manager)
    Letter.objects.update(written_at=F("written_on") + dt.timedelta(hours=2))  # ten in Shanghai
    _charge(debtors[-_CHARGED:], world.first_day)


def _debtors(day: dt.date) -> list[Customer]:
    """Customers by what they owe for more than a month, the largest first."""
    late = PlanLine.objects.overdue(day - 30 * DAY).filter(
        customer__account_manager__isnull=False, customer__merged_into=None, disputed=False
    )
    owed = late.order_by().values("customer").annotate(sum=Sum(F("amount") - F("paid")))
    ids = [row["customer"] for row in owed.order_by("-sum", "customer")[: _LETTERS + _CHARGED]]
    found = Customer.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _charge(customers: list[Customer], today: dt.date) -> None:
    """The interest of a few, in our currency, approved by finance of the group."""
    clerks = User.objects.filter(role=User.Role.FINANCE, is_active=True)
    clerk = clerks.order_by("org_unit__path", "pk").first()
    for customer in customers:
        lines = PlanLine.objects.filter(customer=customer, currency="CNY")
        amounts = memos(lines, today)
        if clerk is not None and amounts:
            charge_interest(customer, amounts, today=today, actor=clerk)
