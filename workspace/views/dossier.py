"""The whole file on one page, to be printed or kept as PDF."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from core.requests import PageRequest
from customers.access import visible_customer
from organization.access import user_who_may
from organization.permissions import Action
from workspace.by_hand import by_hand
from workspace.header import header
from workspace.sections import LATEST, counts_of, sections_for

LEFT_OUT = {
    "overview",
    "receipts",
    "volume",
    "waybills",
    "files",
    "history",
}  # pictures, and lists without end


@require_safe
def dossier(request: PageRequest, pk: int) -> HttpResponse:
    """Every section the person may see, one below the other, without anything to click."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("customer_dossier", customer.merged_into_id)
    _counts, state, owners, credit, is_by_hand = counts_of(user, customer, [])
    hand = by_hand(user, customer, look=is_by_hand)
    parts, above = [], header(user, customer, state, owners, credit, hand.decided)
    for section in sections_for(user):
        if section.name in LEFT_OUT:
            continue
        shown = {"customer": customer, "section": section, "header": above, "latest": LATEST}
        shown |= section.read(user, customer, above)
        parts.append((section, render_to_string(section.template, shown, request)))
    context = {"customer": customer, "header": above, "parts": parts}
    return render(request, "workspace/dossier.html", context)
