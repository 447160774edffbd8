"""What is told in confidence about a contact: asked for with a reason, shown, changed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RefusedError
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import visible_contact
from customers.forms.contacts import OpeningForm, PrivateForm
from customers.models import Contact, Opening
from customers.services.private import open_details, opened_details, write_details
from customers.views.contacts import CHANGED, page_of
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

SHOWN = 200


@never_cache
@require_http_methods(["GET", "POST"])
def contact_open(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """Ask why; with a reason the details are open to this person for some minutes."""
    user = user_who_may(request, Action.OPEN_RESTRICTED)
    found = visible_contact(user, pk, number)
    if found.erased_on is not None:
        return redirect(page_of(found))
    form = OpeningForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        open_details(found, reason=reason, at=timezone.now(), actor=user)
        if not request.htmx:
            return redirect("contact_private", pk, number)
        return _shown(request, user, found, None)
    context = {"form": form, "contact": found, "customer": found.customer, "back": page_of(found)}
    status = 422 if form.errors else 200
    return show(request, "customers/contact_open.html", "drawer", context, status)


@never_cache
@require_http_methods(["GET", "POST"])
def contact_private(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """The details while they are open to this person, to read and to change."""
    user = user_who_may(request, Action.OPEN_RESTRICTED)
    found = visible_contact(user, pk, number)
    if opened_details(found, at=timezone.now(), actor=user) is None:
        return redirect("contact_open", pk, number)
    form = PrivateForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            write_details(found, form.cleaned_data, at=timezone.now(), actor=user)
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            message = _("The restricted details of {name} are saved.").format(name=found.name)
            return drawer_saved(request, message, CHANGED, back=page_of(found))
    return _shown(request, user, found, form)


@require_safe
def openings(request: PageRequest) -> HttpResponse:
    """Who opened restricted details in the files of one's units, the latest first."""
    user = user_who_may(request, Action.ANSWER_PERSON)
    found = Opening.objects.visible_to(user).select_related("contact", "customer", "user")
    context = {"openings": found[:SHOWN], "shown": SHOWN}
    return render(request, "customers/openings.html", context)


def _shown(
    request: PageRequest, user: User, found: Contact, form: PrivateForm | None
) -> HttpResponse:
    if form is None:
        details = opened_details(found, at=timezone.now(), actor=user)
        form = PrivateForm(instance=details)
    context = {
        "form": form,
        "contact": found,
        "customer": found.customer,
        "back": page_of(found),
        "action": reverse("contact_private", args=[found.customer_id, found.pk]),
    }
    status = 422 if form.errors else 200
    return show(request, "customers/contact_private.html", "drawer", context, status)
