"""Look-up across branches: exists, owned by Branch X; and the request for access."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RefusedError
from core.htmx import refused, reload_at
from core.requests import PageRequest
from core.text import normalised_name
from customers.models import Customer
from customers.services.lookup import look_up
from organization.access import user_who_may
from organization.permissions import Action
from workspace.access_requests import ask_access, ticket

LEAST = 4  # signs of a name, without its legal form


class LookUpForm(forms.Form):
    """The whole name, credit code or phone number of a company."""

    text = forms.CharField(
        label=gettext_lazy("whole name, credit code or phone number"), max_length=200
    )

    def clean_text(self) -> str:
        """What can mean one company only."""
        text: str = self.cleaned_data["text"].strip()
        if len(normalised_name(text)) < LEAST:
            raise forms.ValidationError(_("Write the whole name: parts of names are not answered."))
        return text


@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: PageRequest) -> HttpResponse:
    """The question, and by POST the answer: every question is recorded."""
    user = user_who_may(request, Action.LOOK_UP)
    form = LookUpForm(request.POST or None)
    context = {"form": form, "asked": False}
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            found = look_up(text, actor=user)
        except RefusedError as error:
            return refused(request, str(error), back=reverse("look_up"))
        seen = Customer.objects.visible_to(user).in_bulk([file.customer_id for file in found])
        context |= {
            "asked": True,
            "seen": list(seen.values()),
            "elsewhere": [
                (file.unit, ticket(file, text, user))
                for file in found
                if file.customer_id not in seen
            ],
        }
    status = 422 if form.errors else 200
    return render(request, "workspace/look_up.html", context, status=status)


@require_POST
def request_access(request: PageRequest) -> HttpResponse:
    """Send the request to the owner's unit head."""
    user = user_who_may(request, Action.LOOK_UP)
    back, reason = reverse("look_up"), request.POST.get("reason", "").strip()[:500]
    if not reason:
        return refused(request, _("Say why you need access."), back=back)
    try:
        ask_access(request.POST.get("ticket", ""), reason=reason, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=back)
    return reload_at(request, back, _("The request is on its way to the unit's head."))
