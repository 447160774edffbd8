"""The public pool of a unit: the list, one customer before it is claimed, the claim."""

import datetime as dt

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.context import looking_into_pool
from core.errors import RefusedError
from core.htmx import refused, reload_at, show
from core.models import Version
from core.requests import PageRequest
from customers import services
from customers.models import Customer, PoolEntry
from customers.querysets import managers_for
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace.handover.reports import going_to_pool, lying, peek
from workspace.handover.tabs import tabs

SHOWN = 300  # latest stays
_TEMPLATE = "workspace/handover/pool.html"


@require_safe
def pool(request: PageRequest) -> HttpResponse:
    """What lies in the pool of one's unit; for a manager also what of theirs will soon."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    version = Version.objects.current()
    today = timezone.localdate()
    may_claim = can(user, Action.CLAIM_CUSTOMER)
    with looking_into_pool():
        entries = list(_entries(user)[:SHOWN])
        rows = lying(entries, version)
    context = {
        "views": tabs(user, "pool"),
        "rows": rows,
        "is_cut": len(entries) == SHOWN,
        "may_claim": may_claim,
        "may_give": can(user, Action.ASSIGN_CUSTOMER),
        "left": services.claims_left(user, today) if may_claim else 0,
        "limit": services.limit_of(user) if may_claim else None,
        "soon": _soon(user, today, version) if may_claim and version else [],
    }
    return show(request, _TEMPLATE, "content", context)


def _entries(user: User) -> QuerySet[PoolEntry]:
    found = PoolEntry.objects.visible_to(user).lying()
    return found.select_related("customer", "customer__org_unit", "previous_manager", "put_by")


def _soon(user: User, today: dt.date, version: Version) -> list[tuple[Customer, dt.date]]:
    """One's own customers that go to the pool if nobody gets in touch, the first first."""
    days = {each.customer: each.on for each in going_to_pool(today, version.pk, managers_for(user))}
    mine = Customer.objects.visible_to(user).filter(pk__in=days)
    return sorted(((each, days[each.pk]) for each in mine), key=lambda pair: pair[1])


@require_safe
def pool_file(request: PageRequest, entry: int) -> HttpResponse:
    """A customer of the pool, in the drawer; for managers it counts as one view of the day."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    with looking_into_pool():
        found = _entry(user, entry)
        if can(user, Action.CLAIM_CUSTOMER):
            try:
                services.note_view(found, actor=user, today=timezone.localdate())
            except RefusedError as refusal:
                return refused(request, str(refusal), back=reverse("pool"))
        context = {
            "entry": found,
            "customer": found.customer,
            "peek": peek(found),
            "back": reverse("pool"),
            "may_claim": can(user, Action.CLAIM_CUSTOMER),
        }
        return show(request, "workspace/handover/pool_file.html", "drawer", context)


@require_POST
def pool_claim(request: PageRequest, entry: int) -> HttpResponse:
    """Take the customer; its page comes next. Who is second is told so."""
    user = user_who_may(request, Action.CLAIM_CUSTOMER)
    with looking_into_pool():
        found = _entry(user, entry)
    try:
        customer = services.claim(found, actor=user, now=timezone.now(), today=timezone.localdate())
    except RefusedError as refusal:
        return refused(request, str(refusal), back=reverse("pool"))
    message = _("{customer} is yours now.").format(customer=customer.name)
    return reload_at(request, reverse("customer", args=[customer.pk]), message)


def _entry(user: User, pk: int) -> PoolEntry:
    """A stay that goes on, of a pool the person sees; else 404."""
    found = _entries(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
