"""Money of a receipt moved to another line of the same customer, with a look at what changes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.forms.moves import MoveForm
from contracts.models import Allocation, PlanLine, Receipt
from contracts.services import move_allocation
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

TEMPLATE = "contracts/receipt_move.html"
LINES_TO_CHOOSE = 60
HISTORY = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A line with what is open of it before and after."""

    line: PlanLine
    before: Decimal
    after: Decimal


@require_http_methods(["GET", "POST"])
def receipt_move(request: PageRequest, receipt_id: int) -> HttpResponse:
    """The drawer; while it is filled in (`?from_line=`) only what would change."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    receipt = _receipt(user, receipt_id)
    held = _held(user, receipt)
    data = request.POST if request.method == "POST" else None
    form = MoveForm(data, held=held, others=_others(user, receipt))
    if data is None and "from_line" in request.GET:
        typed = request.GET.copy()
        typed["reason"] = "-"  # not asked for yet
        preview = MoveForm(typed, held=held, others=list(form.others.values()))
        return render(request, f"{TEMPLATE}#preview", {"changes": _changes(preview)})
    back = reverse("customer_section", args=[receipt.customer_id, "receipts"])
    if form.is_bound and form.is_valid() and _moved(form, receipt):
        amount = money_full(form.cleaned_data["amount"], receipt.currency)
        message = _("{amount} of receipt {number} moved.")
        said = message.format(amount=amount, number=receipt.receipt_no)
        return drawer_saved(request, said, "receipts-changed", back=back)
    rows = Allocation.objects.visible_to(user).filter(receipt=receipt).select_related("line")
    context = {
        "form": form,
        "receipt": receipt,
        "back": back,
        "changes": _changes(form),
        "ledger": rows.order_by("-pk")[:HISTORY],
    }
    return show(request, TEMPLATE, "drawer", context, 422 if form.errors else 200)


def _moved(form: MoveForm, receipt: Receipt) -> bool:
    data = form.cleaned_data
    try:
        move_allocation(
            receipt,
            form.held[data["from_line"]][0],
            to=form.others.get(data["to_line"]),
            amount=data["amount"],
            reason=data["reason"],
            today=timezone.localdate(),
        )
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _changes(form: MoveForm) -> list[Change]:
    """What would be open of both lines; nothing while the form is not right."""
    data: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    if not data or data["amount"] > form.held[data["from_line"]][1]:
        return []
    line, amount = form.held[data["from_line"]][0], data["amount"]
    to = form.others.get(data["to_line"])
    changes = [Change(line, line.amount - line.paid, line.amount - line.paid + amount)]
    if to is not None:
        changes.append(Change(to, to.amount - to.paid, to.amount - to.paid - amount))
    return changes


def _held(user: User, receipt: Receipt) -> list[tuple[PlanLine, Decimal]]:
    """The lines the receipt's money is on, with how much."""
    rows = Allocation.objects.visible_to(user).filter(receipt=receipt, line__is_refund=False)
    sums = dict(rows.order_by().values_list("line").annotate(net=Sum("amount")))
    lines = PlanLine.objects.visible_to(user).filter(pk__in=[pk for pk in sums if sums[pk] > 0])
    return [(line, sums[line.pk]) for line in lines.order_by("due_on", "line_no")]


def _others(user: User, receipt: Receipt) -> list[PlanLine]:
    """Open lines of the same customer and currency, oldest due first."""
    lines = PlanLine.objects.visible_to(user).open()
    same = lines.filter(customer=receipt.customer_id, currency=receipt.currency)
    return list(same.order_by("due_on", "line_no")[:LINES_TO_CHOOSE])


def _receipt(user: User, receipt_id: int) -> Receipt:
    """A receipt with money on lines, or 404."""
    receipts = Receipt.objects.visible_to(user).filter(allocated__gt=0)
    receipt = receipts.select_related("customer").filter(pk=receipt_id).first()
    if receipt is None:
        raise Http404
    return receipt
