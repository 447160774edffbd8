"""A person asks what we know of them, or to be forgotten."""

from urllib.parse import quote

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.htmx import reload_at
from core.requests import PageRequest
from customers.access import visible_contact
from customers.models import Contact
from customers.services.erasure import erase_contact, posts_elsewhere
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.file.person_data import MENTIONS, mentions, person_file, posts_of


class RequestForm(forms.Form):
    """How the person asked."""

    request = forms.CharField(
        label=gettext_lazy("how the request came"),
        max_length=200,
        min_length=4,
        help_text=gettext_lazy("Such as: letter of 3 March. It stays on record."),
        error_messages={"required": gettext_lazy("Say how the person asked.")},
    )


class ErasureForm(RequestForm):
    """The name once more: this cannot be taken back."""

    name = forms.CharField(label=gettext_lazy("name of the person, to be sure"), max_length=100)

    def __init__(self, *args: object, expected: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.expected = expected

    def clean_name(self) -> str:
        """The name as it stands in the file."""
        name: str = self.cleaned_data["name"].strip()
        if name != self.expected:
            raise forms.ValidationError(_("Write “{name}”.").format(name=self.expected))
        return name


@never_cache
@confirm_first()
@require_http_methods(["GET", "POST"])
def person_export(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """Hand out all that is known of a person as a file; that it was opened is on record."""
    user = user_who_may(request, Action.ANSWER_PERSON)
    contact = visible_contact(user, pk, number)
    if contact.erased_on is not None:
        return redirect("contact", pk, number)
    form = RequestForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = form.cleaned_data["request"]
        name, packed = person_file(user, contact, request=asked, at=timezone.now())
        answer = HttpResponse(packed, content_type="application/zip")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return answer
    return _page(request, "workspace/person_export.html", user, contact, form)


@never_cache
@confirm_first()
@require_http_methods(["GET", "POST"])
def person_erase(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """Forget a person in all files the user may see; says what is left to be done by hand."""
    user = user_who_may(request, Action.ANSWER_PERSON)
    contact = visible_contact(user, pk, number)
    if contact.erased_on is not None:
        return redirect("contact", pk, number)
    data = request.POST if request.method == "POST" else None
    form = ErasureForm(data, expected=contact.name)
    if form.is_valid():
        with transaction.atomic():
            for post in posts_of(user, contact):
                erase_contact(
                    post, request=form.cleaned_data["request"], at=timezone.now(), actor=user
                )
        page = reverse("contact", args=[pk, number])
        return reload_at(request, page, _("The person's details are erased."))
    return _page(request, "workspace/person_erase.html", user, contact, form)


def _page(
    request: PageRequest, template: str, user: User, contact: Contact, form: forms.Form
) -> HttpResponse:
    posts = posts_of(user, contact)
    found = mentions(user, posts)
    context = {
        "form": form,
        "contact": contact,
        "customer": contact.customer,
        "posts": posts,
        "elsewhere": posts_elsewhere(contact, seen=len(posts) - 1),
        "mentions": found[:MENTIONS],
        "back": reverse("contact", args=[contact.customer_id, contact.pk]),
    }
    return render(request, template, context, status=422 if form.errors else 200)
