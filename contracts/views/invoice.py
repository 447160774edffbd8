"""One tax invoice: asked for in the drawer, its page, and what is done with it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.invoices import (
    ConfirmationForm,
    DeliveredForm,
    EndedForm,
    InvoiceForm,
    IssuedForm,
    RedLetterForm,
)
from contracts.models import Invoice, InvoiceLine, PlanLine
from contracts.rules.invoices import Confirmation
from contracts.services import invoices as services
from contracts.services.red_letters import note_confirmation, request_red_letter
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import open_file
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can

CHANGED = "invoices-changed"
LINES_TO_CHOOSE = 60
State = Invoice.State


@require_http_methods(["GET", "POST"])
def invoice_new(request: PageRequest, pk: int) -> HttpResponse:
    """Ask finance for an invoice over lines of a customer; `?line=` chooses one beforehand."""
    user = user_who_may(request, Action.REQUEST_INVOICE)
    customer = open_file(user, pk)
    lines = _lines(user, customer, request.GET.get("line", ""))
    form = InvoiceForm(
        request.POST if request.method == "POST" else None,
        lines=lines,
        chosen={line.pk for line in lines if line.line_no == request.GET.get("line")},
        initial={"title": customer.name, "tax_no": customer.uscc},
    )
    back = reverse("customer_section", args=[pk, "receivables"])
    if form.is_bound and form.is_valid():
        made = _requested(form, customer, user)
        if made is not None:
            message = _("Invoice request {no} over {amount} waits for finance.")
            amount = money_full(made.amount, made.currency)
            said = message.format(no=made.request_no, amount=amount)
            return drawer_saved(request, said, CHANGED, back=back)
    context = {"form": form, "customer": customer, "back": back}
    status = 422 if form.errors else 200
    return show(request, "contracts/invoice_new.html", "drawer", context, status)


def _lines(user: User, customer: Customer, number: str) -> list[PlanLine]:
    """What there is to invoice, oldest due first; the one asked for before all others."""
    found = PlanLine.objects.visible_to(user).filter(customer=customer).to_invoice()
    lines = list(found.order_by("due_on", "line_no")[:LINES_TO_CHOOSE])
    if number and number not in {line.line_no for line in lines}:
        lines = [*found.filter(line_no=number), *lines]
    return lines


def _requested(form: InvoiceForm, customer: Customer, user: User) -> Invoice | None:
    try:
        return services.request_invoice(
            customer, form.wanted(), form.parts(), actor=user, today=timezone.localdate()
        )
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
def invoice(request: PageRequest, number: int) -> HttpResponse:
    """What it is over, what was taken back of it, and what can be done with it."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    found = _visible(user, number)
    lines = InvoiceLine.objects.visible_to(user).filter(invoice=found)
    red_letters = Invoice.objects.visible_to(user).filter(corrects=found)
    rows = list(lines.select_related("line__contract", "line__statement").order_by("pk"))
    context = {
        "invoice": found,
        "lines": rows,
        "red_letters": red_letters.order_by("pk"),
        "taken_back": sum(row.reddened for row in rows),
        "acts": [(name, act) for name, act in ACTS.items() if act.is_open(user, found)],
        "may_take_back": can(user, Action.REQUEST_INVOICE)
        and found.state == State.ISSUED
        and not found.is_red
        and any(row.amount > row.reddened for row in rows),
    }
    return show(request, "contracts/invoice.html", "content", context)


def _visible(user: User, number: int) -> Invoice:
    """The invoice, or 404."""
    invoices = Invoice.objects.visible_to(user).filter(pk=number)
    found = invoices.select_related("customer", "corrects", "requested_by").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def invoice_red(request: PageRequest, number: int) -> HttpResponse:
    """Take an issued invoice back, in part or whole."""
    user = user_who_may(request, Action.REQUEST_INVOICE)
    found = _visible(user, number)
    lines = InvoiceLine.objects.visible_to(user).filter(invoice=found).select_related("line")
    data = request.POST if request.method == "POST" else None
    form = RedLetterForm(data, lines=list(lines.order_by("pk")))
    back = reverse("invoice", args=[number])
    if form.is_bound and form.is_valid():
        try:
            red = request_red_letter(
                found,
                form.parts(),
                reason=form.cleaned_data["reason"],
                confirmation=Confirmation(form.cleaned_data["confirmation"]),
                actor=user,
                now=timezone.now(),
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _("Red letter {no} over {amount} is asked for.")
            amount = money_full(red.amount, red.currency)
            said = message.format(no=red.request_no, amount=amount)
            return drawer_saved(request, said, CHANGED, back=back)
    context = {"form": form, "invoice": found, "back": back}
    status = 422 if form.errors else 200
    return show(request, "contracts/invoice_red.html", "drawer", context, status)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done with an invoice in a drawer: who may, in which states, how."""

    label: Any
    action: Action
    states: tuple[str, ...]
    form: Callable[..., forms.Form]
    do: Callable[[Invoice, dict[str, Any], dt.date], object]
    said: Any
    only_red: bool = False

    def is_open(self, user: User, invoice: Invoice) -> bool:
        """Whether the person may do it with the invoice as it stands."""
        if self.only_red and not invoice.is_red:
            return False
        return can(user, self.action) and invoice.state in self.states


ACTS = {
    "confirmation": Act(
        gettext_lazy("Confirmation"),
        Action.ISSUE_INVOICE,
        (State.REQUESTED, State.ISSUING),
        ConfirmationForm,
        lambda found, data, _today: note_confirmation(found, Confirmation(data["confirmation"])),
        gettext_lazy("The confirmation of {no} is noted."),
        only_red=True,
    ),
    "issue": Act(
        gettext_lazy("Enter its number"),
        Action.ISSUE_INVOICE,
        (State.REQUESTED, State.ISSUING),
        IssuedForm,
        lambda found, data, today: services.issue_invoice(found, today=today, **data),
        gettext_lazy("{no} is issued."),
    ),
    "fail": Act(
        gettext_lazy("Cannot be issued"),
        Action.ISSUE_INVOICE,
        (State.REQUESTED, State.ISSUING),
        EndedForm,
        lambda found, data, _today: services.fail_invoice(found, **data),
        gettext_lazy("{no} failed: its lines may be invoiced anew."),
    ),
    "cancel": Act(
        pgettext_lazy("invoice request", "Withdraw"),
        Action.REQUEST_INVOICE,
        (State.REQUESTED,),
        EndedForm,
        lambda found, data, _today: services.cancel_invoice(found, **data),
        gettext_lazy("{no} is asked for no longer."),
    ),
    "deliver": Act(
        gettext_lazy("Note the delivery"),
        Action.REQUEST_INVOICE,
        (State.ISSUED,),
        DeliveredForm,
        lambda found, data, today: services.deliver_invoice(found, today=today, **data),
        gettext_lazy("{no} is with the customer."),
    ),
}


@require_http_methods(["GET", "POST"])
def invoice_act(request: PageRequest, number: int, act: str) -> HttpResponse:
    """Withdraw it, note its confirmation, number, failure or delivery."""
    if act not in ACTS:
        raise Http404
    todo = ACTS[act]
    user = user_who_may(request, todo.action)
    found, today = _visible(user, number), timezone.localdate()
    form = todo.form(request.POST if request.method == "POST" else None, invoice=found, today=today)
    back = reverse("invoice", args=[number])
    if form.is_bound and form.is_valid():
        try:
            todo.do(found, form.cleaned_data, today)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = str(todo.said).format(no=found)
            return drawer_saved(request, said, CHANGED, back=back)
    context = {"form": form, "invoice": found, "back": back, "label": todo.label}
    status = 422 if form.errors else 200
    return show(request, "contracts/invoice_act.html", "drawer", context, status)
