"""The tiers that people chose; drawers to choose one and to go back to the computed one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import refused, reload_at, show
from core.requests import PageRequest
from customers.access import open_file
from customers.models import Customer
from organization.access import user_who_may
from organization.models import Approval, User
from organization.permissions import Action
from segmentation.models import Classification, TierOverride
from segmentation.overrides import OverrideWish, end_override
from segmentation.rules.tiers import computed_tier
from workspace.asking import was_asked
from workspace.by_hand import by_hand
from workspace.overrides.deciding import choose_tier
from workspace.overrides.forms import OverrideForm

MOST = 200  # overrides that are shown, those that end first


@require_safe
def overrides(request: PageRequest) -> HttpResponse:
    """Whose tier somebody chose, with the tier that was computed; two queries."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    rows = TierOverride.objects.visible_to(user).in_force(timezone.localdate())
    latest = rows.filter(customer__merged_into=None).order_by("ends_on", "pk")
    found = list(latest.select_related("customer", "asked_by", "approved_by")[: MOST + 1])
    computed = _computed(user, [row.customer_id for row in found])
    context = {
        "rows": [(row, computed.get(row.customer_id, "")) for row in found[:MOST]],
        "has_more": len(found) > MOST,
        "most": MOST,
    }
    return render(request, "workspace/overrides/page.html", context)


def _computed(user: User, customers: list[int]) -> dict[int, str]:
    """The tiers of the published night without overrides."""
    rows = Classification.objects.visible_to(user).current()
    found = rows.filter(customer__in=customers)
    return {
        customer: computed_tier(tier, reasons)
        for customer, tier, reasons in found.values_list("customer", "tier", "reasons")
    }


@require_http_methods(["GET", "POST"])
def tier_override(request: PageRequest, pk: int) -> HttpResponse:
    """Another tier: given, or asked for where it is beyond one's authority."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    customer = open_file(user, pk)
    data = request.POST if request.method == "POST" else None
    form = OverrideForm(data, customer=customer, today=timezone.localdate())
    back = reverse("customer", args=[pk])
    if form.is_valid():
        made = _chosen(form, customer, user)
        if isinstance(made, Approval):
            return reload_at(request, back, was_asked(made))
        if made is not None:
            sentence = _("{customer} is in the tier “{tier}” from now on.")
            told = sentence.format(customer=customer.name, tier=made.get_tier_display())
            return reload_at(request, back, told)
    context = {
        "form": form,
        "customer": customer,
        "hand": by_hand(user, customer),
        "computed": _computed(user, [pk]).get(pk, ""),
        "back": back,
    }
    status = 422 if form.errors else 200
    return show(request, "workspace/overrides/choose.html", "drawer", context, status)


def _chosen(form: OverrideForm, customer: Customer, user: User) -> TierOverride | Approval | None:
    """What came of it; None with the refusal in the form."""
    data = form.cleaned_data
    wish = OverrideWish(data["tier"], data["ends_on"], data["reason"])
    try:
        return choose_tier(customer, wish, actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return None


@require_POST
def tier_override_end(request: PageRequest, pk: int, override: int) -> HttpResponse:
    """The computed tier holds again at once."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    customer = open_file(user, pk)
    rows: Any = TierOverride.objects.visible_to(user).select_related("customer")
    found = rows.filter(customer=customer, pk=override).first()
    if found is None:
        raise Http404
    back = reverse("customer", args=[pk])
    try:
        now = end_override(found, today=timezone.localdate(), actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=back)
    sentence = _("The override has ended. Computed tier: {tier}.")
    return reload_at(request, back, sentence.format(tier=now.get_tier_display() or "—"))
