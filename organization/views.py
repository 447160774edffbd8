"""Sign-in, invitations, a person's own preferences and password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import (
    LoginView,
    LogoutView,
    PasswordChangeView,
    PasswordResetConfirmView,
)
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from organization.access import user_of
from organization.forms import PreferencesForm
from organization.models import User

YEAR = 365 * 24 * 3600


class Refused422:
    """A form that is sent back with its errors answers 422."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page with the errors."""
        return self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined,no-any-return]


@method_decorator(login_not_required, name="dispatch")
class SignIn(Refused422, LoginView):
    """User name and password; one message for everything that does not match."""

    template_name = "organization/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A fragment whose session has ended reloads its page, which then leads here."""
        if getattr(request, "htmx", False):
            return HttpResponseClientRefresh()
        return super().dispatch(request, *args, **kwargs)


class SignOut(LogoutView):
    """Ends the session."""


class Invitation(Refused422, PasswordResetConfirmView):
    """Sets the password by a one-time link and signs in."""

    template_name = "organization/invitation.html"
    post_reset_login = True
    reset_url_token = "set-password"  # noqa: S105  # part of the path, no secret
    success_url = reverse_lazy("home")


class ChangePassword(Refused422, PasswordChangeView):
    """Changes one's own password; other sessions of the person end."""

    template_name = "organization/form_page.html"
    extra_context = {"title": gettext_lazy("Change password")}
    success_url = reverse_lazy("preferences")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save and say so."""
        messages.success(self.request, _("The password is changed."))
        return super().form_valid(form)


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, colours and row height of the signed-in person."""
    user = User.objects.get(pk=user_of(request).pk)
    form = PreferencesForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your preferences are saved."))
        return redirect("preferences")
    context = {"form": form, "title": _("Preferences"), "on_preferences": True}
    status = 422 if form.errors else 200
    return render(request, "organization/preferences.html", context, status=status)


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language before sign-in; a person's own choice stands in the preferences."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True
        )
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
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if safe else "/")
