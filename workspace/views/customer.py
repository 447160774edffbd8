"""The customer page: header, key figures, and one section at a time."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from core.models import Version
from core.requests import PageRequest
from customers.access import reading_share, visible_customer
from organization.access import user_who_may
from organization.permissions import Action, can
from workspace.by_hand import by_hand
from workspace.file.trend import measures, trend
from workspace.header import header
from workspace.health.words import TONES as HEALTH_TONES
from workspace.sections import SECTIONS, context_of, counts_of, sections_for
from workspace.timeline.sources import SHOWS
from workspace.views.notes import composer, note_new

TEMPLATE = "workspace/customer.html"


@require_safe
@vary_on_headers("HX-Request")
def customer(request: PageRequest, pk: int, name: str = SECTIONS[0].name) -> HttpResponse:
    """The page with one section; only tabs and section when htmx asks. A merged file leads on."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    subject = visible_customer(user, pk)
    if subject.merged_into_id is not None:
        return redirect("customer", subject.merged_into_id)
    sections = sections_for(user)
    section = next((section for section in sections if section.name == name), None)
    if section is None:
        raise Http404
    show = request.GET.get("show", "")
    reading = reading_share(user, subject)
    counts, state, owners, credit, is_by_hand = counts_of(user, subject, sections)
    hand = by_hand(user, subject, look=is_by_hand)
    above = header(user, subject, state, owners, credit, hand.decided)
    shown = context_of(user, subject, section, above)
    written = None if reading else composer(user, subject, request.GET.get("kind", ""))
    if written and "at_work" in shown:
        written.offer(shown["at_work"])
    context = {
        "customer": subject,
        "sections": sections,
        "counts": counts,
        "section": section,
        "standing": credit,
        "health_tone": HEALTH_TONES.get(subject.health, ""),
        "show": show if show in SHOWS else "",
        "composer": written,
        "reading": reading,
        "may_merge": can(user, Action.MERGE),
        "may_edit": can(user, Action.EDIT_CUSTOMER) and not reading,
        "may_record_receipt": can(user, Action.RECORD_RECEIPT),
        "hand": hand,
        **shown,
    }
    return render(request, f"{TEMPLATE}#file" if request.htmx else TEMPLATE, context)


def notes(request: PageRequest, pk: int) -> HttpResponse:
    """The section of notes; writing one is a POST to the same address."""
    if request.method == "POST":
        return note_new(request, pk)
    return customer(request, pk, "notes")


@require_safe
@vary_on_headers("HX-Request")
def trend_chart(request: PageRequest, pk: int) -> HttpResponse:
    """The trend with another measure: the card for htmx, else the page it stands on."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    subject = visible_customer(user, pk)
    if not request.htmx:
        return redirect("customer", pk)
    shown = measures(user)
    wanted = request.GET.get("measure", "")
    measure = wanted if wanted in shown else next(iter(shown))
    version = Version.objects.current()
    day = version.business_date if version else timezone.localdate()
    context = {
        "customer": subject,
        "measures": shown,
        "measure": measure,
        "trend": trend(subject, day, measure, shown[measure]),
    }
    return render(request, "workspace/sections/overview.html#trend", context)
