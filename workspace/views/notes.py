"""Writing a note about a customer; the timeline that it appears in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from core.htmx import done
from core.requests import PageRequest
from customers.access import visible_customer
from customers.models import Customer
from engagement.forms import NoteForm
from engagement.services import log_talk
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace.timeline.items import by_day
from workspace.timeline.sources import SHOWS, read
from workspace.words import day_text

TEMPLATE = "workspace/timeline.html"


def composer(user: User, customer: Customer, kind: str = "") -> NoteForm | None:
    """An empty form for a note, with a kind chosen; None for who writes none."""
    if not can(user, Action.WRITE_NOTE):
        return None
    return NoteForm(customer=customer, user=user, kind=kind)


@require_POST
def note_new(request: PageRequest, pk: int) -> HttpResponse:
    """Save a note: an empty form, and lists of notes load anew; or 422 and what is wrong."""
    user = user_who_may(request, Action.WRITE_NOTE)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("customer", customer.merged_into_id)
    form = NoteForm(request.POST, customer=customer, user=user)
    if not form.is_valid():
        return _refused(request, user, customer, form)
    on = form.follow_up_on()
    log_talk(customer, form.talk(timezone.now()), author=user, follow_up_on=on)
    message = _("Saved.")
    if on is not None:
        message = _("Saved. Next follow-up {day}.").format(day=day_text(on))
    customer.refresh_from_db(fields=["next_follow_up_on"])
    context = {"customer": customer, "composer": composer(user, customer)}
    body = render_to_string(f"{TEMPLATE}#composer", context, request)
    back = reverse("customer", args=[pk])
    return done(request, message, "notes-changed", "tasks-changed", back=back, body=body)


def _refused(request: PageRequest, user: User, customer: Customer, form: NoteForm) -> HttpResponse:
    context = {"customer": customer, "composer": form}
    if not request.htmx:
        context |= _page(user, customer, show="", after="")
    return render(request, _part(request, "composer"), context, status=422)


@require_safe
@vary_on_headers("HX-Request")
def timeline(request: PageRequest, pk: int) -> HttpResponse:
    """Everything that happened with a customer, a page at a time; a page of its own too."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("customer_timeline", customer.merged_into_id)
    show, after = request.GET.get("show", ""), request.GET.get("after", "")
    context = {
        "customer": customer,
        "composer": composer(user, customer),
        **_page(user, customer, show=show if show in SHOWS else "", after=after),
    }
    return render(request, _part(request, "days" if after else "timeline"), context)


def _page(user: User, customer: Customer, *, show: str, after: str) -> dict[str, Any]:
    """What the template shows; today stands apart, also while nothing happened."""
    today = timezone.localdate()
    page = read(user, customer, today, show=show, after=after)
    days = by_day(page.items, today, page.continued)
    is_first = page.continued is None
    return {
        "show": show,
        "is_first": is_first,
        "today": [item for day in days if is_first and day.day == today for item in day.items],
        "days": [day for day in days if not is_first or day.day != today],
        "next": page.next,
    }


def _part(request: PageRequest, name: str) -> str:
    """The partial for htmx, else the whole page."""
    return f"{TEMPLATE}#{name}" if request.htmx else TEMPLATE
