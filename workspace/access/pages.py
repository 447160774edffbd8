"""The page on which an administrator asks why."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.access.reports import why


class WhyForm(forms.Form):
    """Who, and which customer."""

    person = forms.CharField(label=_("user name of the person"), max_length=100)
    code = forms.CharField(label=_("code of the customer"), max_length=100)

    def clean_person(self) -> User:
        """The person."""
        username = self.cleaned_data["person"].strip()
        person = User.objects.select_related("org_unit").filter(username=username).first()
        if person is None:
            raise forms.ValidationError(_("There is no user of this name."))
        return person


@require_safe
def explain_access(request: HttpRequest) -> HttpResponse:
    """One sentence: by which path the person sees the customer, or why not, and what changes it."""
    user_who_may(request, Action.EXPLAIN_ACCESS)
    form = WhyForm(request.GET if "code" in request.GET else None)
    answer = None
    if form.is_valid():
        person, code = form.cleaned_data["person"], form.cleaned_data["code"].strip()
        answer = why(person, code, timezone.localdate())
        if answer is None:
            form.add_error("code", _("There is no customer of this code."))
    context = {"form": form, "answer": answer}
    status = 422 if form.errors else 200
    return render(request, "workspace/explain_access.html", context, status=status)
