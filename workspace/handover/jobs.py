"""The night's work on the public pool: managers are warned, what stayed idle goes."""

import datetime as dt

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from customers import services
from engagement.models import Task
from organization.models import User
from workspace.handover.reports import Going, going_to_pool


def recycle_idle(day: dt.date, version: int) -> int:
    """Customers idle for as long as their tier's rule says go to their unit's pool; how many.

    Managers of those that will go soon get a task, once for each day announced.
    """
    due = going_to_pool(day, version)
    idle = {each.customer: each.manager for each in due if each.on <= day}
    gone = services.recycle(idle, now=timezone.now())
    _warn([each for each in due if each.on > day], day)
    return len(gone)


def _warn(coming: list[Going], day: dt.date) -> None:
    told = set(
        Task.objects.filter(customer__in=[each.customer for each in coming], created_by=None)
        .order_by()
        .values_list("customer", "title")
    )
    people = User.objects.in_bulk([each.manager for each in coming])
    tasks = []
    for each in coming:
        manager = people[each.manager]
        with translation.override(manager.language or settings.LANGUAGE_CODE):
            title = _("Goes to the public pool on {day}: nobody has been in touch").format(
                day=each.on.isoformat()
            )
        if manager.is_active and (each.customer, title) not in told:
            tasks.append(Task(customer_id=each.customer, title=title, due_on=day, assignee=manager))
    Task.objects.bulk_create(tasks)
