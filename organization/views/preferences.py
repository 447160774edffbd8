"""A person's own preferences; language and colours from any page."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organization.access import safe_next, user_of
from organization.forms import PreferencesForm
from organization.models import User

YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, colours and row height of the signed-in person."""
    user = User.objects.get(pk=user_of(request).pk)
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        # Only these: an access ended meanwhile stays ended.
        form.save(commit=False).save(update_fields=form.changed_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")
    context = {"form": form, "title": _("Preferences"), "on_preferences": True}
    status = 422 if form.errors else 200
    return render(request, "organization/preferences.html", context, status=status)


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language; of a signed-in person it becomes the preference."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True
        )
        if isinstance(request.user, User):
            User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Choose light or dark colours from any page."""
    chosen = request.POST.get("theme", "")
    if chosen in User.Theme.values:
        User.objects.filter(pk=user_of(request).pk).update(theme=chosen)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """Back to the page the form stood on, never to another site."""
    return redirect(safe_next(request, request.POST.get("next", ""), otherwise="/"))
