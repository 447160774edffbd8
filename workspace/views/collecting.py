"""Promises to pay, in drawers."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.forms import ReasonForm
from contracts.models import PlanLine, Promise
from contracts.reports.customers import open_sum
from contracts.rules import promises as rules
from contracts.services import cancel_promise
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import drawer_saved, show
from core.requests import PageRequest, asked_currency
from customers.access import open_file
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.collecting.forms import PromiseForm
from workspace.collecting.promises import give_word
from workspace.words import day_text

CHANGED = "lines-changed"


@require_http_methods(["GET", "POST"])
def promise_new(request: PageRequest, pk: int) -> HttpResponse:
    """What the customer promises to pay; `?line=` names the line it is about."""
    user = user_who_may(request, Action.NOTE_PROMISE)
    customer = open_file(user, pk)
    lines = PlanLine.objects.visible_to(user).filter(customer=customer).open()
    number = request.GET.get("line", "")
    line = lines.filter(line_no=number).first()
    currency = line.currency if line else asked_currency(request.GET)
    owed = line.amount - line.paid if line else open_sum(customer, currency)
    known = {"line": number if line else None, "amount": owed or None}
    return _promise(request, user, customer, known, currency)


@require_http_methods(["GET", "POST"])
def promise_replace(request: PageRequest, promise: int) -> HttpResponse:
    """Another amount or day in place of an open promise."""
    user = user_who_may(request, Action.NOTE_PROMISE)
    found = _visible(user, promise)
    customer = open_file(user, found.customer_id)
    known = {
        "line": found.line.line_no if found.line else None,
        "amount": found.amount - found.received,
        "due_on": found.due_on,
    }
    return _promise(request, user, customer, known, found.currency, found)


@require_http_methods(["GET", "POST"])
def promise_cancel(request: PageRequest, promise: int) -> HttpResponse:
    """It was noted by mistake, or agreed away."""
    user = user_who_may(request, Action.NOTE_PROMISE)
    found = _visible(user, promise)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = _back(found.customer)
    if form.is_bound and form.is_valid():
        try:
            today = timezone.localdate()
            cancel_promise(found, today=today, reason=form.cleaned_data["reason"])
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return drawer_saved(request, _("The promise is cancelled."), CHANGED, back=back)
    context = {"form": form, "promise": found, "customer": found.customer, "back": back}
    status = 422 if form.errors else 200
    return show(request, "workspace/collecting/cancel.html", "drawer", context, status)


def _promise(  # what both drawers share
    request: PageRequest,
    user: User,
    customer: Customer,
    known: dict[str, Any],
    currency: str,
    replaces: Promise | None = None,
) -> HttpResponse:
    lines = PlanLine.objects.visible_to(user).filter(customer=customer, currency=currency).open()
    form = PromiseForm(
        request.POST if request.method == "POST" else None,
        lines=lines.order_by("due_on", "line_no"),
        currency=currency,
        today=timezone.localdate(),
        initial=known,
    )
    if replaces is not None:
        form.fields["line"].disabled = True
    back = _back(customer)
    if form.is_bound and form.is_valid() and (said := _given(form, customer, user, replaces)):
        return drawer_saved(request, said, CHANGED, "approvals-changed", back=back)
    context = {
        "form": form,
        "customer": customer,
        "back": back,
        "replaces": replaces,
        "currency": currency,
        "rules": rules,
    }
    status = 422 if form.errors else 200
    return show(request, "workspace/collecting/promise.html", "drawer", context, status)


def _given(form: PromiseForm, customer: Customer, user: User, replaces: Promise | None) -> str:
    """What was done, in words; "" with the refusal in the form."""
    today = timezone.localdate()
    try:
        done = give_word(customer, form.word(), replaces=replaces, today=today, actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
    if isinstance(done, Promise):
        message = _("{customer} promised {amount} for {day}.")
        amount = money_full(done.amount, done.currency)
        return message.format(customer=customer.name, amount=amount, day=day_text(done.due_on))
    return _("{unit} was asked to approve it.").format(unit=done.addressee.name)


def _visible(user: User, promise: int) -> Promise:
    rows = Promise.objects.visible_to(user).select_related("customer", "line")
    found = rows.filter(pk=promise).first()
    if found is None:
        raise Http404
    return found


def _back(customer: Customer) -> str:
    return reverse("customer_section", args=[customer.pk, "receivables"])
