"""Owners and addresses of a customer: one drawer for each to add, change and remove."""

from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import editable_customer
from customers.forms import AddressForm, ShareholderForm
from customers.models import Address, Customer, Shareholder
from organization.access import user_who_may
from organization.permissions import Action

Row = Shareholder | Address


def _sent(request: PageRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _customer(request: PageRequest, pk: int) -> Customer:
    """Locked when something is sent, so that changes of one file come one after the other."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    return editable_customer(user, pk, lock=request.method == "POST")


@require_http_methods(["GET", "POST"])
@transaction.atomic
def shareholder_new(request: PageRequest, pk: int) -> HttpResponse:
    """One more owner."""
    form = ShareholderForm(_sent(request), customer=_customer(request, pk))
    return _answer(request, form, _("New shareholder"))


@require_http_methods(["GET", "POST"])
@transaction.atomic
def shareholder(request: PageRequest, pk: int, row: int) -> HttpResponse:
    """An owner, to change or to remove."""
    customer = _customer(request, pk)
    found = customer.shareholders.filter(pk=row).first()
    if found is None:
        raise Http404
    form = ShareholderForm(_sent(request), customer=customer, instance=found)
    return _answer(request, form, _("Shareholder"))


@require_http_methods(["GET", "POST"])
@transaction.atomic
def address_new(request: PageRequest, pk: int) -> HttpResponse:
    """One more place."""
    customer = _customer(request, pk)
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    return _answer(
        request, AddressForm(_sent(request), customer=customer, user=user), _("New address")
    )


@require_http_methods(["GET", "POST"])
@transaction.atomic
def address(request: PageRequest, pk: int, row: int) -> HttpResponse:
    """A place, to change or to remove."""
    customer = _customer(request, pk)
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = customer.addresses.filter(pk=row).first()
    if found is None:
        raise Http404
    form = AddressForm(_sent(request), customer=customer, user=user, instance=found)
    return _answer(request, form, _("Address"))


def _answer(
    request: PageRequest, form: "ModelForm[Shareholder] | ModelForm[Address]", title: str
) -> HttpResponse:
    """The drawer, or what came of it."""
    row: Row = form.instance
    back = reverse("customer_section", args=[row.customer_id, "profile"])
    if row.pk and "remove" in request.POST:
        row.delete()
        return drawer_saved(request, _("Removed."), "file-changed", back=back)
    if form.is_bound and form.is_valid():
        form.save()
        return drawer_saved(request, _("The changes are saved."), "file-changed", back=back)
    context = {"form": form, "title": title, "back": back, "customer": row.customer}
    status = 422 if form.errors else 200
    return show(request, "customers/row.html", "drawer", context, status)
