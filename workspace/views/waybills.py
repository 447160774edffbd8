"""One waybill: what it is, and what happened on its way."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.htmx import show
from core.requests import PageRequest
from customers.access import visible_customer
from organization.access import user_who_may
from organization.permissions import Action
from shipments.models import Waybill
from workspace.waybills import steps


@require_safe
@vary_on_headers("HX-Request")
def waybill(request: PageRequest, pk: int, number: str) -> HttpResponse:
    """The waybill the customer pays for; in the drawer for htmx. A merged file leads on."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("waybill", customer.merged_into_id, number)
    found = Waybill.objects.visible_to(user).filter(customer=customer, waybill_no=number)
    subject = found.select_related("pickup_unit", "delivery_unit").first()
    if subject is None:
        raise Http404
    context = {
        "customer": customer,
        "waybill": subject,
        "steps": steps(user, subject),
        "back": reverse("customer_section", args=[customer.pk, "waybills"]),
    }
    return show(request, "workspace/waybill.html", "drawer", context)
