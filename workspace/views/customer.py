"""The customer page: header, key figures, and one section at a time."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.requests import PageRequest
from customers.access import visible_customer
from organization.access import user_who_may
from organization.permissions import Action, can
from workspace.sections import context_of, sections_for


@require_safe
@vary_on_headers("HX-Request")
def customer(request: PageRequest, pk: int, name: str = "profile") -> HttpResponse:
    """The page with one section; only tabs and section when htmx asks. A merged file leads on."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    subject = visible_customer(user, pk)
    if subject.merged_into_id is not None:
        return redirect("customer", subject.merged_into_id)
    sections = sections_for(user)
    section = next((section for section in sections if section.name == name), None)
    if section is None:
        raise Http404
    context = {
        "customer": subject,
        "sections": sections,
        "section": section,
        "may_edit": can(user, Action.EDIT_CUSTOMER),
        **context_of(user, subject, section),
    }
    template = "workspace/customer.html"
    return render(request, f"{template}#file" if request.htmx else template, context)
