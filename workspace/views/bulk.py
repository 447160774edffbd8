"""Changes to several customers of the list at once."""

from typing import Any

from django import forms
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, show
from core.models import Version
from core.requests import PageRequest
from customers import services
from customers.models import Customer
from organization.access import ask_again, user_who_may
from organization.models import User
from organization.permissions import Action
from workspace import listing
from workspace.handover.forms import HandoverForm, ReasonForm
from workspace.handover.pages import said
from workspace.handover.preview import preview
from workspace.handover.services import hand_over, put_into_pool
from workspace.list_forms import AssignForm, TagForm, add_refusal
from workspace.views.customer_list import csv_of, filtered

ACTIONS = {
    "assign": Action.ASSIGN_CUSTOMER,
    "handover": Action.ASSIGN_CUSTOMER,
    "pool": Action.ASSIGN_CUSTOMER,
    "tag": Action.EDIT_CUSTOMER,
    "untag": Action.EDIT_CUSTOMER,
    "export": Action.EXPORT,
}
_UNDO_UP_TO = 200  # customers whose former state fits an address
_UNDO_SECONDS = 600
_SALT = "bulk"


@require_POST
def bulk(request: PageRequest) -> HttpResponseBase:
    """`act` on the customers `ids`, or on `all` that `filter` leaves: first its form, then the act.

    403 for an act the role may not do; hidden customers among `ids` are passed over. Taking
    customers out asks first whether it is still the person, as the export of the whole list does.
    """
    act = request.POST.get("act", "")
    if act not in ACTIONS:
        return HttpResponseBadRequest()
    user = user_who_may(request, ACTIONS[act])
    back = f"{reverse('customer_list')}?{request.POST.get('filter', '')}"
    if act == "export" and (question := ask_again(request, back=back)) is not None:
        return question
    chosen = _chosen(request, user)
    moves = act in ("assign", "handover")
    most = services.MOST_MOVED if moves else services.MOST_AT_ONCE
    number = chosen.order_by()[: most + 1].count()
    if act == "export" and number:
        return csv_of(user, chosen, Version.objects.current())
    if not number or number > most:
        return refused(request, _why_not(number, most), back=back)
    answer = _handed_over if act == "handover" else _with_form
    return answer(request, user, act, chosen, back)


@require_POST
def bulk_undo(request: PageRequest) -> HttpResponse:
    """Take back a change of the last ten minutes (`state`, signed) where nobody has gone on."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    try:
        state = signing.loads(request.GET.get("state", ""), salt=_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        return refused(request, _("It is too late to undo this."), back=reverse("customer_list"))
    if state["user"] != user.pk:
        return refused(request, _("It is too late to undo this."), back=reverse("customer_list"))
    try:
        _take_back(state, user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=reverse("customer_list"))
    return done(request, _("Undone."), "customers-changed", back=reverse("customer_list"))


def _chosen(request: HttpRequest, user: User) -> QuerySet[Customer]:
    """The visible customers the request means."""
    visible = listing.customers_for(user)
    if request.POST.get("all"):
        data = QueryDict(request.POST.get("filter", ""))
        return filtered(data, request, user, Version.objects.current())[1]
    ids = [text for text in request.POST.getlist("ids") if text.isdecimal() and len(text) < 19]
    return visible.filter(pk__in=[int(text) for text in ids[: services.MOST_AT_ONCE + 1]])


def _why_not(number: int, most: int) -> str:
    if not number:
        return _("None of the selected customers is there any more: select again.")
    message = _("At most {number} customers at once: narrow the list by filters.")
    return message.format(number=f"{most:,}")


def _with_form(
    request: PageRequest, user: User, act: str, chosen: QuerySet[Customer], back: str
) -> HttpResponse:
    """The form of the act in the drawer; what it asks for done, once it is filled in."""
    filled = "ready" in request.POST
    data = request.POST if filled else None
    form = _form(act, data, user)
    if form.is_valid():
        try:
            message, state = _done(form, user, act, chosen)
        except RefusedError as refusal:
            add_refusal(form, refusal)
        else:
            undo = _undo(state, user)
            return drawer_saved(request, message, "customers-changed", back=back, undo=undo)
    context = {
        "form": form,
        "title": _titles()[act],
        "number": chosen.count(),
        **_asked(request, act, back),
    }
    return show(request, "workspace/bulk.html", "drawer", context, 422 if form.errors else 200)


def _handed_over(
    request: PageRequest, user: User, act: str, chosen: QuerySet[Customer], back: str
) -> HttpResponse:
    """The form of a handover with what goes along; then the handover."""
    data = request.POST if "ready" in request.POST else None
    form = HandoverForm(data, user=user, today=timezone.localdate())
    if form.is_valid():
        try:
            handover = hand_over(chosen, form.terms(), actor=user, now=timezone.now())
        except RefusedError as refusal:
            add_refusal(form, refusal)
        else:
            return drawer_saved(request, said(handover), "customers-changed", back=back)
    context = {
        "form": form,
        "title": _("Hand over"),
        "preview": preview(user, chosen),
        "action": reverse("customer_bulk"),
        **_asked(request, act, back),
    }
    template = "workspace/handover/new.html"
    return show(request, template, "drawer", context, 422 if form.errors else 200)


def _asked(request: PageRequest, act: str, back: str) -> dict[str, Any]:
    """What the form sends again: the act and the customers it is about."""
    return {
        "back": back,
        "act": act,
        "ids": request.POST.getlist("ids"),
        "all": request.POST.get("all", ""),
        "filter": request.POST.get("filter", ""),
    }


def _form(act: str, data: QueryDict | None, user: User) -> forms.Form:
    if act == "assign":
        return AssignForm(data, user=user)
    return ReasonForm(data) if act == "pool" else TagForm(data)


def _titles() -> dict[str, str]:
    return {
        "assign": _("Assign account manager"),
        "pool": _("Put into the public pool"),
        "tag": _("Add tag"),
        "untag": _("Remove tag"),
    }


def _done(
    form: forms.Form, user: User, act: str, chosen: QuerySet[Customer]
) -> tuple[str, dict[str, Any]]:
    """What was done in words, and how it was before."""
    if act == "assign":
        manager = form.cleaned_data["manager"]
        moved = services.assign_manager(chosen, manager, actor=user)
        number = sum(map(len, moved.values()))
        message = ngettext(
            "{n} customer is now with {manager}.", "{n} customers are now with {manager}.", number
        )
        state = {"act": act, "number": number, "now": manager.pk, "before": list(moved.items())}
        return message.format(n=number, manager=manager), state
    if act == "pool":
        reason = form.cleaned_data["reason"]
        ids = put_into_pool(chosen, reason=reason, actor=user, now=timezone.now())
        message = ngettext(
            "{n} customer is in the public pool now.",
            "{n} customers are in the public pool now.",
            len(ids),
        )
        return message.format(n=len(ids)), {"act": act, "number": 0}
    tag = form.cleaned_data["tag"]
    change = services.add_tag if act == "tag" else services.remove_tag
    ids = change(chosen, tag, actor=user)
    message = ngettext("{n} customer changed.", "{n} customers changed.", len(ids))
    return message.format(n=len(ids)), {"act": act, "number": len(ids), "tag": tag, "ids": ids}


def _undo(state: dict[str, Any], user: User) -> str:
    """The address that takes it back; none where nothing changed or too much did."""
    if not 0 < state["number"] <= _UNDO_UP_TO:
        return ""
    signed = signing.dumps({**state, "user": user.pk}, salt=_SALT, compress=True)
    return f"{reverse('customer_bulk_undo')}?{urlencode({'state': signed})}"


def _take_back(state: dict[str, Any], user: User) -> None:
    if state["act"] == "assign":
        now = User.objects.get(pk=state["now"])
        services.give_back(dict(state["before"]), now=now, actor=user)
        return
    change = services.remove_tag if state["act"] == "tag" else services.add_tag
    change(listing.customers_for(user).filter(pk__in=state["ids"]), state["tag"], actor=user)
