"""Groups of a customer's file, edited and confirmed where they stand."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RefusedError
from core.htmx import done, reload_at, show
from core.requests import PageRequest
from customers.access import editable_customer, visible_customer
from customers.forms import CustomerForm, SourceForm
from customers.forms.changes import who_changed
from customers.groups import GROUPS
from customers.models import Customer
from customers.services import confirm_section
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.file.state import file_state, store_state
from workspace.profile import cards

TEMPLATE = "workspace/profile_group.html"


@require_http_methods(["GET", "POST"])
@transaction.atomic
def profile_group(request: PageRequest, pk: int, group: str) -> HttpResponse:
    """The group as a form; `?card` is the card again. A conflict is answered with 409."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    customer = editable_customer(user, pk, lock=request.method == "POST")
    if group not in GROUPS:
        raise Http404
    back = reverse("customer_section", args=[pk, "profile"])
    if "card" in request.GET:
        return _card(request, user, customer, group) if request.htmx else redirect(back)
    data = request.POST if request.method == "POST" else None
    form = CustomerForm(data, instance=customer, user=user, groups=[group])
    source = SourceForm(data)
    if form.is_bound and form.is_valid() and source.is_valid():
        form.write()
        if source.cleaned_data["confirmed"]:
            source_text = source.cleaned_data["source"]
            confirm_section(customer, group, source=source_text, actor=user)
        store_state(customer, timezone.localdate())
        message = _("The changes are saved.")
        if set(form.to_write) & set(GROUPS[group].heading):
            return reload_at(request, back, message)
        return _saved(request, user, pk, group, message)
    context = {
        "form": form,
        "source": source,
        "customer": visible_customer(user, pk),  # the form has written into the other one
        "group": group,
        "label": GROUPS[group].label,
        "back": back,
        "conflicts": who_changed(form),
    }
    return show(request, TEMPLATE, "form", context, _status(form))


def _status(form: CustomerForm) -> int:
    if form.conflicts:
        return 409
    return 422 if form.errors else 200


@require_POST
@transaction.atomic
def profile_confirm(request: PageRequest, pk: int, group: str) -> HttpResponse:
    """All that the group says is still so."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    customer = editable_customer(user, pk, lock=True)
    try:
        confirm_section(customer, group, source="", actor=user)
    except RefusedError as error:
        raise Http404 from error
    store_state(customer, timezone.localdate())
    return _saved(request, user, pk, group, _("Confirmed as of today."))


def _saved(request: PageRequest, user: User, pk: int, group: str, message: str) -> HttpResponse:
    """The card as it is now, and a toast."""
    customer = visible_customer(user, pk)
    body = render_to_string(f"{TEMPLATE}#card", _context(user, customer, group), request)
    back = reverse("customer_section", args=[pk, "profile"])
    return done(request, message, back=back, body=body)


def _card(request: PageRequest, user: User, customer: Customer, group: str) -> HttpResponse:
    return show(request, TEMPLATE, "card", _context(user, customer, group))


def _context(user: User, customer: Customer, group: str) -> dict[str, Any]:
    state = file_state(customer, timezone.localdate())
    [card] = cards(user, customer, state, [group])
    return {"card": card, "customer": customer, "may_edit": True}
