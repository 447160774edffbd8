"""Handovers: the list, arranging one, its checklist."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import drawer_saved, refused, reload_at, show
from core.requests import PageRequest
from customers import services
from customers.models import Customer, Handover, HandoverItem
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace.handover.forms import HandoverForm
from workspace.handover.notice import notice
from workspace.handover.preview import preview
from workspace.handover.services import hand_over
from workspace.handover.tabs import tabs
from workspace.list_forms import add_refusal

SHOWN = 50  # latest handovers
SHOWN_ITEMS = 500


@require_safe
def handovers(request: PageRequest) -> HttpResponse:
    """What is planned, waits to be accepted, was done; and the books nobody looks after."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    unseen = Q(items__moved_at__isnull=False, items__seen_at=None)
    found = Handover.objects.visible_to(user).select_related("receiver", "created_by")
    counted = found.annotate(customers=Count("items"), unseen=Count("items", filter=unseen))
    context = {
        "views": tabs(user, "handovers"),
        "handovers": counted[:SHOWN],
        "may_arrange": can(user, Action.ASSIGN_CUSTOMER),
        "orphans": books_of_leavers(user) if can(user, Action.ASSIGN_CUSTOMER) else [],
    }
    return show(request, "workspace/handover/list.html", "content", context)


def books_of_leavers(user: User) -> list[Any]:
    """Who left or has another post and still has customers the person sees; with how many."""
    people = User.objects.exclude(role=User.Role.ACCOUNT_MANAGER, is_active=True)
    mine = Customer.objects.visible_to(user).unmerged().filter(account_manager__in=people)
    counted = mine.order_by().values("account_manager").annotate(number=Count("pk"))
    numbers = dict(counted.values_list("account_manager", "number"))
    named = User.objects.filter(pk__in=numbers).select_related("org_unit").order_by("name")
    return [(person, numbers[person.pk]) for person in named]


@require_http_methods(["GET", "POST"])
def handover_new(request: PageRequest) -> HttpResponse:
    """The whole book of one manager (`manager`, a user name) to another."""
    user = user_who_may(request, Action.ASSIGN_CUSTOMER)
    book, chosen = _book(user, request.GET.get("manager", ""))
    data = request.POST if request.method == "POST" else None
    form = HandoverForm(data, user=user, today=timezone.localdate(), book=book)
    if form.is_valid():
        try:
            handover = hand_over(chosen, form.terms(), actor=user, now=timezone.now())
        except RefusedError as refusal:
            add_refusal(form, refusal)
        else:
            return reload_at(request, reverse("handover", args=[handover.pk]), said(handover))
    context = {
        "form": form,
        "book": book,
        "preview": preview(user, chosen),
        "back": reverse("handovers"),
        "title": _("Hand over a whole book"),
    }
    template = "workspace/handover/new.html"
    return show(request, template, "drawer", context, 422 if form.errors else 200)


def _book(user: User, username: str) -> tuple[User, QuerySet[Customer]]:
    """A manager with the customers the person sees of theirs; 404 where there is none to see."""
    book = User.objects.filter(username=username).first()
    chosen = Customer.objects.visible_to(user).unmerged().filter(account_manager=book)
    if book is None or not chosen.exists():
        raise Http404
    return book, chosen


def said(handover: Handover) -> str:
    """What has come of a handover just arranged, in a sentence."""
    handover.refresh_from_db()
    number = handover.items.count()
    if handover.state == Handover.State.PLANNED:
        message = ngettext(
            "{n} customer goes to {receiver} on {day}.",
            "{n} customers go to {receiver} on {day}.",
            number,
        )
        return message.format(n=number, receiver=handover.receiver, day=handover.effective_on)
    message = ngettext(
        "{n} customer is now with {manager}.", "{n} customers are now with {manager}.", number
    )
    return message.format(n=number, manager=handover.receiver)


@require_safe
def handover(request: PageRequest, handover: int) -> HttpResponse:
    """One handover: what was agreed, and the checklist of its customers."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    found = _handover(user, handover)
    items = HandoverItem.objects.visible_to(user).filter(handover=found)
    listed = items.select_related("customer", "customer__org_unit", "manager_before")
    unseen = items.filter(moved_at__isnull=False, seen_at=None).count()
    is_receiver = user.pk == found.receiver_id
    is_planned = found.state == Handover.State.PLANNED
    context = {
        "handover": found,
        "items": listed.order_by("seen_at", "customer__name")[:SHOWN_ITEMS],
        "number": items.count(),
        "unseen": unseen,
        "may_accept": is_receiver and unseen > 0,
        "may_withdraw": is_planned and services.may_withdraw(found, user),
        "notice": notice(found) if is_receiver and not is_planned else None,
        "today": timezone.localdate(),
    }
    return show(request, "workspace/handover/handover.html", "content", context)


def _handover(user: User, pk: int) -> Handover:
    """The handover if the person has to do with it, else 404: hidden and absent look the same."""
    related = Handover.objects.visible_to(user).select_related("receiver", "created_by")
    found = related.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
def handover_accept(request: PageRequest, handover: int) -> HttpResponse:
    """The receiver has seen one customer (`customer`), or all that are left; with a remark."""
    user = user_who_may(request, Action.VIEW_HANDOVERS)
    found = _handover(user, handover)
    back = reverse("handover", args=[found.pk])
    one = request.POST.get("customer", "")
    if one and not (one.isdecimal() and len(one) < 19):
        raise Http404
    chosen = [int(one)] if one else None
    remark = request.POST.get("remark", "").strip()[:500]
    try:
        number = services.accept_items(found, chosen, remark=remark, actor=user, now=timezone.now())
    except RefusedError as refusal:
        return refused(request, str(refusal), back=back)
    message = ngettext("{n} customer accepted.", "{n} customers accepted.", number)
    return drawer_saved(request, message.format(n=number), "handover-changed", back=back)


@require_POST
def handover_withdraw(request: PageRequest, handover: int) -> HttpResponse:
    """Call off what is planned."""
    user = user_who_may(request, Action.ASSIGN_CUSTOMER)
    found = _handover(user, handover)
    back = reverse("handover", args=[found.pk])
    try:
        services.withdraw_handover(found, actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=back)
    return drawer_saved(request, _("Called off."), "handover-changed", back=back)
