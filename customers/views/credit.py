"""The parts of a credit dossier: written in the drawer, taken away, account numbers opened."""

from typing import Any

from django.db import models
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import open_file
from customers.forms.credit import (
    AccountForm,
    DossierForm,
    EventForm,
    FactForm,
    GuaranteeForm,
    QualificationForm,
    StatementForm,
)
from customers.forms.credit_control import ReasonForm
from customers.models import BankAccount, BankAccountOpening, CreditEvent, CreditFact, Customer
from customers.services.credit import open_account_number
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

CHANGED = "credit-changed"
OPENINGS = 5
PARTS: dict[str, tuple[type[DossierForm], Any]] = {  # by the word in the address
    "accounts": (AccountForm, gettext_lazy("Bank account")),
    "qualifications": (QualificationForm, gettext_lazy("Qualification")),
    "statements": (StatementForm, gettext_lazy("Yearly statement")),
    "guarantees": (GuaranteeForm, gettext_lazy("Guarantee or mortgage")),
    "events": (EventForm, gettext_lazy("Credit event")),
}


@require_http_methods(["GET", "POST"])
def part(request: PageRequest, pk: int, kind: str, row: int | None = None) -> HttpResponse:
    """A new row of the dossier, or one that stands there; what follows a promise is not edited."""
    user = user_who_may(request, Action.EDIT_CREDIT)
    customer = open_file(user, pk)
    form_class, title = _part(kind)
    model: type[models.Model] = form_class._meta.model
    instance = model(customer=customer) if row is None else _row(user, customer, model, row)
    if isinstance(instance, CreditEvent) and instance.of_promise:
        raise Http404
    if row is not None and request.POST.get("delete"):
        instance.delete()
        return _written(request, customer, _("Taken away; the history keeps what it said."), kind)
    form = form_class(_posted(request), instance=instance, today=timezone.localdate())
    if _saved(form, user):
        return _written(request, customer, _("The credit record is up to date."), kind)
    return _drawer(
        request,
        customer,
        form,
        {"title": title, "back": _back(customer, kind), "is_stored": row is not None},
    )


@require_http_methods(["GET", "POST"])
def fact(request: PageRequest, pk: int, topic: str) -> HttpResponse:
    """What is known about one topic."""
    user = user_who_may(request, Action.EDIT_CREDIT)
    customer = open_file(user, pk)
    if topic not in CreditFact.Topic.values:
        raise Http404
    known = CreditFact.objects.visible_to(user).filter(customer=customer, topic=topic).first()
    instance = known or CreditFact(customer=customer, topic=topic)
    form = FactForm(_posted(request), instance=instance, today=timezone.localdate())
    if _saved(form, user):
        return _written(request, customer, _("The credit record is up to date."))
    return _drawer(request, customer, form, {"title": instance.get_topic_display()})


@require_http_methods(["GET", "POST"])
def account_number(request: PageRequest, pk: int, row: int) -> HttpResponse:
    """Read a whole account number, for a reason that is recorded."""
    user = user_who_may(request, Action.VIEW_CREDIT)
    customer = open_file(user, pk)
    account = _row(user, customer, BankAccount, row)
    form = ReasonForm(_posted(request))
    number = ""
    if form.is_valid():
        number = open_account_number(account, reason=form.cleaned_data["reason"], actor=user)
    context = {"form": form, "customer": customer, "account": account, "number": number}
    context |= {"back": _back(customer), "openings": _openings(user, account)}
    status = 422 if form.errors else 200
    answer = show(request, "customers/account_number.html", "drawer", context, status)
    answer["Cache-Control"] = "no-store"
    return answer


def _openings(user: User, account: BankAccount) -> Any:
    """Who has read numbers at this bank lately."""
    rows = BankAccountOpening.objects.visible_to(user).filter(customer=account.customer_id)
    return rows.filter(bank=account.bank).select_related("opened_by")[:OPENINGS]


def _part(kind: str) -> tuple[type[DossierForm], Any]:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


def _row(user: User, customer: Customer, model: type[models.Model], row: int) -> Any:
    """The row of this customer, else 404."""
    rows: Any = model._default_manager.all()
    found = rows.visible_to(user).filter(customer=customer, pk=row).first()
    if found is None:
        raise Http404
    return found


def _saved(form: DossierForm, user: User) -> bool:
    """Whether what was posted is right and written."""
    if not form.is_bound or not form.is_valid():
        return False
    form.instance.recorded_by = user
    form.save()
    return True


def _back(customer: Customer, kind: str = "") -> str:
    """The section the part stands in: evidence stands with the decisions."""
    return reverse(
        "customer_section", args=[customer.pk, "credit" if kind == "events" else "dossier"]
    )


def _written(
    request: PageRequest, customer: Customer, message: str, kind: str = ""
) -> HttpResponse:
    return drawer_saved(request, message, CHANGED, back=_back(customer, kind))


def _drawer(
    request: PageRequest, customer: Customer, form: DossierForm, context: dict[str, Any]
) -> HttpResponse:
    status = 422 if form.errors else 200
    whole = {"form": form, "customer": customer, "back": _back(customer), **context}
    return show(request, "customers/credit_part.html", "drawer", whole, status)


def _posted(request: PageRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
