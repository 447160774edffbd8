"""Stopped by hand and let go again, released for a while; who is on hold."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms import ReasonForm
from contracts.forms.credit import ReleaseForm
from contracts.rules.credit import ReleaseWish
from contracts.services.credit import hold_credit, lift_hold
from core.errors import RefusedError
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import open_file
from customers.models import Customer
from customers.views.credit import CHANGED
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.credit.held import held_customers
from workspace.credit.releases import ask_release


@require_safe
def held(request: PageRequest) -> HttpResponse:
    """Who is on hold or nearly, the worst first."""
    user = user_who_may(request, Action.VIEW_CREDIT)
    return render(request, "workspace/credit/held.html", held_customers(user, request.GET))


@require_http_methods(["GET", "POST"])
def hold(request: PageRequest, pk: int) -> HttpResponse:
    """Stop the customer until another person lifts it."""
    return _decided(request, pk, hold_credit, "hold", _("{customer} is stopped."))


@require_http_methods(["GET", "POST"])
def lift(request: PageRequest, pk: int) -> HttpResponse:
    """End a hold that somebody else placed."""
    return _decided(request, pk, lift_hold, "lift", _("The hold of {customer} is lifted."))


@require_http_methods(["GET", "POST"])
def release(request: PageRequest, pk: int) -> HttpResponse:
    """Ask for a customer on hold to ship on for a while."""
    user = user_who_may(request, Action.EDIT_CREDIT)
    customer = open_file(user, pk)
    form = ReleaseForm(_posted(request), today=timezone.localdate())
    if form.is_valid() and (said := _asked(form, customer, user)):
        return drawer_saved(request, said, CHANGED, "approvals-changed", back=_back(customer))
    return _drawer(request, "release", customer, form)


def _asked(form: ReleaseForm, customer: Customer, user: User) -> str:
    """Who was asked, in words; "" with the refusal in the form."""
    try:
        approval = ask_release(customer, ReleaseWish(**form.cleaned_data), actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
    return _("{unit} was asked to approve it.").format(unit=approval.addressee.name)


def _decided(
    request: PageRequest, pk: int, decide: Callable[..., Any], name: str, said: str
) -> HttpResponse:
    user = user_who_may(request, Action.HOLD_CREDIT)
    customer = open_file(user, pk)
    form = ReasonForm(_posted(request))
    if form.is_valid():
        try:
            decide(
                customer,
                reason=form.cleaned_data["reason"],
                actor=user,
                today=timezone.localdate(),
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = said.format(customer=customer.name)
            return drawer_saved(request, message, CHANGED, back=_back(customer))
    return _drawer(request, name, customer, form)


def _drawer(request: PageRequest, name: str, customer: Customer, form: Any) -> HttpResponse:
    context = {"form": form, "customer": customer, "back": _back(customer)}
    status = 422 if form.errors else 200
    return show(request, f"workspace/credit/{name}.html", "drawer", context, status)


def _back(customer: Customer) -> str:
    return reverse("customer_section", args=[customer.pk, "credit"])


def _posted(request: PageRequest) -> Any:
    return request.POST if request.method == "POST" else None
