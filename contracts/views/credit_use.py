"""The receipts of all customers in sight, and what becomes of credit."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms import RefundForm
from contracts.models import Receipt
from contracts.reports.receipts import STATES, receipts, totals
from contracts.services import apply_credit, refund_credit
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import done, drawer_saved, refused, show
from core.keyset import Order, read_page
from core.requests import PageRequest
from core.tables.fields import date
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

PAGE_SIZE = 50
ORDER = Order("received_on", descending=True, parse=date().parse)


@require_safe
def receipt_list(request: PageRequest) -> HttpResponse:
    """Receipts, the latest first; sums by currency where the list is narrowed."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    today = timezone.localdate()
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    q = request.GET.get("q", "").strip().replace("\0", "")[:100]
    after = request.GET.get("after", "")
    found = receipts(user, state=state, q=q, today=today)
    page = read_page(found.select_related("customer", "line"), ORDER, after, PAGE_SIZE)
    context: dict[str, Any] = {
        "receipts": page.rows,
        "next": page.next,
        "state": state,
        "states": STATES,
        "q": q,
        "today": today,
        "is_narrowed": bool(state or q),
    }
    if request.htmx and after:
        return show(request, "contracts/receipts.html", "rows", context)
    context["totals"] = totals(found) if state or q else []
    return show(request, "contracts/receipts.html", "content", context)


@require_POST
def credit_apply(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Put what is left of a receipt on the oldest due lines."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    receipt = _receipt(user, receipt_id)
    back = f"{reverse('receipts')}?state=unapplied"
    try:
        applied = apply_credit(receipt, today=timezone.localdate())
    except RefusedError as error:
        return refused(request, str(error), back=back)
    message = _("{amount} of receipt {number} put on open lines.")
    amount = money_full(applied, receipt.currency)
    said = message.format(amount=amount, number=receipt.receipt_no)
    return done(request, said, "receipts-changed", back=back)


@require_http_methods(["GET", "POST"])
def credit_refund(request: PageRequest, receipt_id: int) -> HttpResponse:
    """Record that credit was paid back."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    receipt = _receipt(user, receipt_id)
    today = timezone.localdate()
    credit = receipt.amount - receipt.allocated
    data = request.POST if request.method == "POST" else None
    form = RefundForm(data, credit=credit, today=today)
    back = f"{reverse('receipts')}?state=unapplied"
    if form.is_bound and form.is_valid():
        try:
            line = refund_credit(receipt, today=today, **form.cleaned_data)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            message = _("{amount} paid back to {customer} is recorded as {line}.")
            amount = money_full(line.amount, line.currency)
            said = message.format(amount=amount, customer=receipt.customer.name, line=line.line_no)
            return drawer_saved(request, said, "receipts-changed", back=back)
    context = {"form": form, "receipt": receipt, "credit": credit, "back": back}
    status = 422 if form.errors else 200
    return show(request, "contracts/refund.html", "drawer", context, status)


def _receipt(user: User, receipt_id: int) -> Receipt:
    found = Receipt.objects.visible_to(user).select_related("customer").filter(pk=receipt_id)
    receipt = found.first()
    if receipt is None:
        raise Http404
    return receipt
