"""The receipts of all customers in sight, and what becomes of credit."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
from core.tables import fields
from core.tables.download import CONTENT_TYPES, download
from core.tables.fields import date
from core.tables.schema import Column
from customers.querysets import CustomerScopedQuerySet
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import Action, can

PAGE_SIZE = 50
MOST_EXPORTED = 50_000
ORDER = Order("received_on", descending=True, parse=date().parse)
EXPORTED = (
    Column("receipt_no", gettext_lazy("Receipt number"), fields.code()),
    Column("customer_code", gettext_lazy("Customer code"), fields.code()),
    Column("customer", gettext_lazy("Customer"), fields.text()),
    Column("received_on", gettext_lazy("Received on"), fields.date()),
    Column("amount", gettext_lazy("Amount"), fields.money()),
    Column("currency", gettext_lazy("Currency"), fields.currency()),
    Column("method", gettext_lazy("Method"), fields.text()),
    Column("matures_on", gettext_lazy("Matures on"), fields.date()),
    Column("payer", gettext_lazy("Payer"), fields.text()),
    Column("other_payer", gettext_lazy("By another payer"), fields.boolean()),
    Column("allocated", gettext_lazy("Allocated"), fields.money()),
    Column("credit", gettext_lazy("Unallocated credit"), fields.money()),
    Column("reversed_on", gettext_lazy("Reversed on"), fields.date()),
    Column("reversal_reason", gettext_lazy("Reason of the reversal"), fields.text()),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list somebody wants to see; "" for all."""

    state: str
    q: str

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen."""
        return bool(self.state or self.q)


def _asked(request: PageRequest) -> Asked:
    state = request.GET.get("state", "")
    q = request.GET.get("q", "").strip()[:100]
    return Asked(state if state in STATES else "", q)


@require_safe
def receipt_list(request: PageRequest) -> HttpResponse:
    """Receipts, the latest first; sums by currency where the list is narrowed."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    today, asked = timezone.localdate(), _asked(request)
    after = request.GET.get("after", "")
    found = receipts(user, state=asked.state, q=asked.q, today=today)
    page = read_page(found.select_related("customer", "line"), ORDER, after, PAGE_SIZE)
    context: dict[str, Any] = {
        "receipts": page.rows,
        "next": page.next,
        "state": asked.state,
        "states": STATES,
        "q": asked.q,
        "today": today,
        "is_narrowed": asked.is_narrowed,
        "may_export": can(user, Action.EXPORT),
    }
    if request.htmx and after:
        return show(request, "contracts/receipts.html", "rows", context)
    context["totals"] = totals(found) if asked.is_narrowed else []
    return show(request, "contracts/receipts.html", "content", context)


@require_safe
@confirm_first(back="receipts")
def receipt_export(request: PageRequest, kind: str) -> HttpResponse:
    """The narrowed list as a table, the latest first."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    if kind not in CONTENT_TYPES or not can(user, Action.EXPORT):
        raise Http404
    today, asked = timezone.localdate(), _asked(request)
    found = receipts(user, state=asked.state, q=asked.q, today=today)
    name = _("receipts {day}").format(day=today.isoformat())
    return download(kind, EXPORTED, _cells(found), name)


def _cells(found: CustomerScopedQuerySet[Receipt]) -> Iterator[tuple[Any, ...]]:
    rows = found.order_by("-received_on", "-pk").values_list(
        "receipt_no", "customer__code", "customer__name", "received_on", "amount", "currency",
        "method", "matures_on", "payer_name", "other_payer", "allocated", "reversed_on",
        "reversal_reason",
    )  # fmt: skip
    for *facts, amount, currency, method, matures_on, payer, other, allocated, back, why in rows[
        :MOST_EXPORTED
    ]:
        yield (
            *facts, amount, currency, method or None, matures_on, payer or None, other, allocated,
            amount - allocated, back, why or None,
        )  # fmt: skip


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
