"""Signing in and out, invitations, and showing once more that it is oneself."""

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from core.context import acting
from organization.access import CONFIRMED_AT, address_of, safe_next, user_of
from organization.forms import CodeForm, ConfirmForm, SignInForm
from organization.models import SecurityEvent, User
from organization.services.events import note_event
from organization.services.second_factor import accept_code, has_factor
from organization.services.sessions import end_other_sessions
from organization.services.tries import Try, count_code_try, forget_tries, unlock
from organization.views.admission import admit, complete, waiting

Kind, Way = SecurityEvent.Kind, SecurityEvent.Way
TOO_MANY = 429


class Refused422:
    """A form that is sent back with its errors answers 422."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page with the errors."""
        return self.render_to_response(self.get_context_data(form=form), status=422)  # type: ignore[attr-defined,no-any-return]  # a mixin: its view has them


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """User name and password; one message for everything that does not match."""

    template_name = "organization/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A fragment whose session has ended reloads its page, which then leads here."""
        if getattr(request, "htmx", False):
            return HttpResponseClientRefresh()
        return super().dispatch(request, *args, **kwargs)

    def get_redirect_url(self) -> str:  # type: ignore[override]  # the stubs are of a later Django
        """Where the person wanted to go, unless that is here: Django would see a ring."""
        url = super().get_redirect_url()
        return "" if url == self.request.path else url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the name of the single sign-on provider, empty when there is none."""
        return super().get_context_data(provider=settings.OIDC_NAME, **kwargs)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The same page with the error, and for too many tries how long to wait."""
        counted = form.counted if isinstance(form, SignInForm) else None
        if counted:
            _note_refusal(self.request, counted, _person(form.cleaned_data.get("username", "")))
        status = 422 if counted is None or counted.allowed else TOO_MANY
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password is right: on to the second factor, or in."""
        if isinstance(form, SignInForm) and form.counted:
            forget_tries(form.counted)
        user: User = form.get_user()
        return admit(self.request, user, Way.PASSWORD, then=self.get_redirect_url())


def _person(username: str) -> User | None:
    return User.objects.filter(username=username).first()


def _note_refusal(request: HttpRequest, counted: Try, user: User | None) -> None:
    """Refused tries are events, the ones beyond the limit one event for all of them."""
    if counted.allowed:
        note_event(request, Kind.REFUSED, user)
    elif counted.locks:
        note_event(request, Kind.LOCKED, user)


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step: the code of the app, or a recovery code."""
    found = waiting(request)
    if found is None:
        return redirect("sign_in")
    user, then = found
    form = CodeForm(request.POST if request.method == "POST" else None)
    minutes = 0
    if request.method == "POST" and form.is_valid():
        counted = count_code_try(user, address_of(request))
        way = accept_code(user, form.cleaned_data["code"]) if counted.allowed else None
        if way:
            forget_tries(counted)
            if way == Way.RECOVERY_CODE:
                note_event(request, Kind.RECOVERY_CODE_USED, user)
            return complete(request, user, way, then=then, second_factor=True)
        _note_refusal(request, counted, user)
        minutes = _refuse(form, "code", _("This code is not right, or was used before."), counted)
    context = {"form": form, "minutes": minutes, "person": user}
    return render(request, "organization/code.html", context, status=_status(form, minutes))


def _refuse(form: CodeForm | ConfirmForm, field: str, message: str, counted: Try) -> int:
    """Put the error at the field; returns the minutes to wait, 0 when one may try again."""
    if counted.allowed:
        form.add_error(field, message)
        return 0
    form.add_error(None, _("Too many tries."))
    return counted.minutes_left(timezone.now())


def _status(form: CodeForm | ConfirmForm, minutes: int) -> int:
    if minutes:
        return TOO_MANY
    return 422 if form.errors else 200


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Asks for the password, or a code of whoever has none, before something that matters."""
    user = user_of(request)
    then = safe_next(request, request.GET.get("next", ""), otherwise=reverse("home"))
    kind = ConfirmForm if user.has_usable_password() else CodeForm
    form = kind(request.POST if request.method == "POST" else None)
    minutes = 0
    if request.method == "POST" and form.is_valid():
        counted = count_code_try(user, address_of(request))
        if counted.allowed and _proves(user, form):
            forget_tries(counted)
            request.session[CONFIRMED_AT] = time.time()
            messages.success(request, _("Thank you. You can go on now."))
            return redirect(then)
        _note_refusal(request, counted, user)
        [field] = form.fields
        minutes = _refuse(form, field, _("This is not right. Check it and try again."), counted)
    context = {
        "form": form,
        "minutes": minutes,
        "then": then,
        "can_prove": user.has_usable_password() or has_factor(user),
        "provider": settings.OIDC_NAME,
    }
    return render(request, "organization/confirm.html", context, status=_status(form, minutes))


def _proves(user: User, form: CodeForm | ConfirmForm) -> bool:
    if isinstance(form, ConfirmForm):
        return user.check_password(form.cleaned_data["password"])
    return accept_code(user, form.cleaned_data["code"]) is not None


class SignOut(LogoutView):
    """Ends the session."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say so in the record, then end it."""
        if isinstance(request.user, User):
            note_event(request, Kind.SIGNED_OUT, request.user)
        return super().post(request, *args, **kwargs)


class Invitation(Refused422, PasswordResetConfirmView):
    """Sets the password by a one-time link; a second factor is asked for all the same."""

    template_name = "organization/invitation.html"
    post_reset_login = False
    reset_url_token = "set-password"  # noqa: S105  # part of the path, no secret

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, end every session the person still has, and go on as after a password."""
        user: User = form.user
        with acting(user_id=user.pk, actor=user.username):
            super().form_valid(form)
        end_other_sessions(user, kept=None)
        note_event(self.request, Kind.PASSWORD_CHANGED, user, way=Way.INVITATION)
        unlock(user)
        return admit(self.request, user, Way.INVITATION, then="")

    def get_success_url(self) -> str:
        """Not used: `form_valid` says where to go on."""
        return reverse("home")
