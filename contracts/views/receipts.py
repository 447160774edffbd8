"""Record a receipt with a look at what it will pay; take one back."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms import ReceiptForm, ReversalForm
from contracts.models import PlanLine, Receipt
from contracts.reports.customers import open_sum
from contracts.services import enter_receipt, plan_entry, reverse_receipt
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import done, drawer_saved, refused, show
from core.requests import PageRequest
from customers.choosing import find_customers
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

TEMPLATE = "contracts/receipt_new.html"
LINES_TO_CHOOSE = 60


@require_http_methods(["GET", "POST"])
def receipt_new(request: PageRequest) -> HttpResponse:
    """The drawer; posting the same form twice records one receipt."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    today = timezone.localdate()
    if request.method != "POST":
        initial = _asked_for(user, request)
        form = ReceiptForm(user=user, today=today, initial=initial)
        preview = _preview(user, today, form.initial)
        return show(request, TEMPLATE, "drawer", {"form": form, "preview": preview})
    form = ReceiptForm(request.POST, user=user, today=today)
    receipt = entered(form, today)
    if receipt is None:
        context = {"form": form, "preview": _preview(user, today, request.POST)}
        return show(request, TEMPLATE, "drawer", context, 422)
    return drawer_saved(
        request,
        _said(receipt, form.merged_code),
        "receipts-changed",
        back=reverse("customer_section", args=[receipt.customer_id, "receipts"]),
        undo=reverse("receipt_undo", args=[receipt.pk]),
    )


def _asked_for(user: User, request: PageRequest) -> dict[str, Any]:
    """What the link that opened the drawer says: whose money, for which line."""
    initial: dict[str, Any] = {}
    found = find_customers(user, request.GET.get("customer", ""), exact=True)
    if found:
        initial["customer"] = found[0].code
    line = _line(user, request.GET.get("line", ""))
    if line is not None:
        initial |= {
            "customer": line.customer.code,
            "line": line.line_no,
            "currency": line.currency,
            "amount": line.amount - line.paid,
        }
    return initial


def _line(user: User, number: str) -> PlanLine | None:
    if not number:
        return None
    lines = PlanLine.objects.visible_to(user).open().select_related("customer")
    return lines.filter(line_no=number).first()


def entered(form: ReceiptForm, today: dt.date) -> Receipt | None:
    """The receipt of a form; None and the reason in the form where it is refused."""
    if not form.is_valid() or form.payer is None:
        return None
    try:
        return enter_receipt(form.payer, form.entry(), today=today)
    except RefusedError as error:
        form.add_error("receipt_no", str(error))
        return None


def _said(receipt: Receipt, merged_code: str) -> str:
    amount = money_full(receipt.amount, receipt.currency)
    rest = receipt.amount - receipt.allocated
    if rest:
        message = _("{amount} recorded; {rest} of it stays as credit.")
        said = message.format(amount=amount, rest=money_full(rest, receipt.currency))
    else:
        said = _("{amount} recorded and settled on open lines.").format(amount=amount)
    if not merged_code:
        return said
    message = _("{code} was merged: the money is {customer}'s.")
    return f"{said} {message.format(code=merged_code, customer=receipt.customer.name)}"


@require_safe
def receipt_preview(request: PageRequest) -> HttpResponse:
    """Which lines the money would pay, while the form is being filled in."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    preview = _preview(user, timezone.localdate(), request.GET)
    template = "contracts/receipt_preview.html"
    return render(request, template, {"preview": preview})


def _preview(user: User, today: dt.date, typed: Any) -> dict[str, Any]:
    """What is known so far: the payer, their open lines, and the plan once the rest is right."""
    payers = find_customers(user, str(typed.get("customer", "")), exact=True)
    currency = str(typed.get("currency", ""))
    if len(payers) != 1:
        return {}
    payer = payers[0]
    preview: dict[str, Any] = {"payer": payer, "currency": currency, "line": typed.get("line", "")}
    lines = PlanLine.objects.visible_to(user).open().filter(customer=payer, currency=currency)
    open_lines = list(lines.order_by("due_on", "line_no")[:LINES_TO_CHOOSE])
    preview |= {"owed": open_sum(payer, currency), "open_lines": open_lines, "today": today}
    return preview | _planned(user, today, typed, payer)


def _planned(user: User, today: dt.date, typed: Any, payer: Customer) -> dict[str, Any]:
    """The lines the money pays and what is left of it; nothing while the form is incomplete."""
    form = ReceiptForm(
        {**{name: typed.get(name, "") for name in ReceiptForm.base_fields}, "sure": "on"}
        | {"receipt_no": typed.get("receipt_no") or "-"},
        user=user,
        today=today,
    )
    if not form.is_valid():
        return {}
    entry = form.entry()
    try:
        plan = plan_entry(payer, entry)
    except RefusedError as error:
        return {"refusal": str(error)}
    numbers = [row.line_no for row in plan.rows]
    found = PlanLine.objects.visible_to(user).filter(customer=payer)
    lines = found.in_bulk(numbers, field_name="line_no")
    rows = [(lines[row.line_no], row, lines[row.line_no].amount - lines[row.line_no].paid)
            for row in plan.rows]  # fmt: skip
    return {
        "amount": entry.amount,
        "rows": [(line, row.amount, left - row.amount) for line, row, left in rows],
        "credit": plan.unallocated,
    }


@require_safe
def receipt_customers(request: PageRequest) -> HttpResponse:
    """The answers of the customer box: who fits what is being typed."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    text = request.GET.get("q", "")
    context = {"customers": find_customers(user, text), "text": text}
    return render(request, "customers/found.html", context)


@require_http_methods(["GET", "POST"])
def receipt_reverse(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Take a receipt back on a day, with a reason."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    receipt = _receipt(user, receipt_id)
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = ReversalForm(data, receipt=receipt, today=today)
    back = reverse("customer_section", args=[receipt.customer_id, "receipts"])
    if form.is_bound and form.is_valid() and _reversed(form, receipt):
        message = _("Receipt {number} was taken back.").format(number=receipt.receipt_no)
        return drawer_saved(request, message, "receipts-changed", back=back)
    context = {"form": form, "receipt": receipt, "back": back}
    status = 422 if form.errors else 200
    return show(request, "contracts/receipt_reverse.html", "drawer", context, status)


def _reversed(form: ReversalForm, receipt: Receipt) -> bool:
    data = form.cleaned_data
    try:
        reverse_receipt(receipt, on=data["on"], reason=data["reason"].strip())
    except RefusedError as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
def receipt_undo(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Take a receipt back that was recorded by mistake just now."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    receipt = _receipt(user, receipt_id)
    back = reverse("customer_section", args=[receipt.customer_id, "receipts"])
    today = max(timezone.localdate(), receipt.received_on)
    try:
        reverse_receipt(receipt, on=today, reason=_("Undone right after it was recorded."))
    except RefusedError as error:
        return refused(request, str(error), back=back)
    message = _("Receipt {number} was taken back.").format(number=receipt.receipt_no)
    return done(request, message, "receipts-changed", back=back)


def _receipt(user: User, receipt_id: int) -> Receipt:
    receipts = Receipt.objects.visible_to(user).select_related("customer")
    receipt = receipts.filter(pk=receipt_id).first()
    if receipt is None:
        raise Http404
    return receipt
