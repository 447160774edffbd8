"""A person's own page of signing in: password, second factor, sessions, what happened."""

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.access import address_of, confirm_first, user_of
from organization.forms import CodeForm
from organization.models import SecurityEvent, Session
from organization.rules import device, spelled
from organization.services.events import device_words, note_event
from organization.services.second_factor import (
    SECOND_FACTOR_DONE,
    codes_left,
    has_factor,
    make_recovery_codes,
    must_have,
    new_secret,
    open_secret,
    set_up,
    take_away,
)
from organization.services.sessions import (
    end_other_sessions,
    end_session,
    handle,
    open_sessions,
)
from organization.services.tries import count_code_try, forget_tries
from organization.views.sign_in import Refused422

Kind = SecurityEvent.Kind
NEW_SECRET = "new_second_factor"  # noqa: S105  # the name of a place in the session
_EVENTS_SHOWN = 10


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """How the person signs in, where they are signed in, and what happened lately."""
    user = user_of(request)
    context = {
        "title": _("Sign-in"),
        "on_preferences": True,
        "has_password": user.has_usable_password(),
        "has_factor": has_factor(user),
        "must_have": must_have(user),
        "codes_left": codes_left(user),
        "sessions": [_shown(session, request) for session in open_sessions(user)],
        "events": [
            {"event": event, "device": device_words(event.agent) if event.agent else ""}
            for event in SecurityEvent.objects.of(user).select_related("actor")[:_EVENTS_SHOWN]
        ],
        "user_id": user.pk,
    }
    return render(request, "organization/security.html", context)


def _shown(session: Session, request: HttpRequest) -> dict[str, Any]:
    system = device(session.agent)[1]
    return {
        "session": session,
        "handle": handle(session),
        "device": device_words(session.agent),
        "is_phone": system in {"Android", "iPhone", "HarmonyOS"},
        "is_this": session.session_key == request.session.session_key,
    }


@require_POST
def end_one(request: HttpRequest, name: str) -> HttpResponse:
    """End one session of one's own; 404 when there is none of that name."""
    user = user_of(request)
    if not end_session(user, name):
        raise Http404
    note_event(request, Kind.SESSION_ENDED, user)
    messages.success(request, _("That session is ended."))
    return redirect("security")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions of one's own but this one."""
    user = user_of(request)
    if end_other_sessions(user, kept=request.session.session_key):
        note_event(request, Kind.SESSION_ENDED, user)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("security")


class ChangePassword(Refused422, PasswordChangeView):
    """Changes one's own password; other sessions of the person end."""

    template_name = "organization/form_page.html"
    extra_context = {"title": gettext_lazy("Change password"), "on_preferences": True}
    success_url = reverse_lazy("security")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The old password is asked for, so each answer is a counted try."""
        user = user_of(request)
        if not request.POST.get("old_password"):
            return super().post(request, *args, **kwargs)
        counted = count_code_try(user, address_of(request))
        if not counted.allowed:
            if counted.locks:
                note_event(request, Kind.LOCKED, user)
            messages.error(request, _("Too many tries. Please wait some minutes."))
            return redirect("security")
        answer: HttpResponse = super().post(request, *args, **kwargs)
        form_was_good = answer.status_code == 302
        if form_was_good:
            forget_tries(counted)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """Save, end the other sessions and say so."""
        answer = super().form_valid(form)
        user = user_of(self.request)
        end_other_sessions(user, kept=self.request.session.session_key)
        note_event(self.request, Kind.PASSWORD_CHANGED, user)
        messages.success(self.request, _("The password is changed."))
        return answer


@never_cache
@require_http_methods(["GET", "POST"])
@confirm_first()
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: scan, type the code it shows, keep the recovery codes."""
    user = user_of(request)
    sealed = request.session.get(NEW_SECRET) or new_secret()
    secret = open_secret(sealed)
    if secret is None:  # the site's key has changed meanwhile
        sealed = new_secret()
        secret = open_secret(sealed) or b""
    request.session[NEW_SECRET] = sealed
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        codes = set_up(user, sealed=sealed, code=form.cleaned_data["code"])
        if codes is not None:
            return _set_up(request, codes)
        form.add_error("code", _("Not the code the app shows now. Is the phone's clock right?"))
    context = {
        "form": form,
        "title": _("Second factor"),
        "must_have": must_have(user) and not has_factor(user),
        "key": spelled(secret),
        "qr": _picture(f"{user.username}", spelled(secret).replace(" ", "")),
        "on_preferences": True,
    }
    status = 422 if form.errors else 200
    return render(request, "organization/second_factor.html", context, status=status)


def _picture(name: str, key: str) -> dict[str, Any]:
    """The QR code as one SVG path and its size, made here: the secret goes nowhere."""
    issuer = _("Yihu")
    facts = urlencode({"secret": key, "issuer": issuer, "digits": "6", "period": "30"})
    label = urlencode({"": f"{issuer}:{name}"})[1:].replace("+", "%20")
    rows = segno.make(f"otpauth://totp/{label}?{facts}", error="m", micro=False).matrix
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return {"path": path, "size": len(rows)}


def _set_up(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The app is set up: other sessions end, and the recovery codes are shown this once."""
    user = user_of(request)
    request.session.pop(NEW_SECRET, None)
    request.session[SECOND_FACTOR_DONE] = True
    end_other_sessions(user, kept=request.session.session_key)
    note_event(request, Kind.SECOND_FACTOR_SET, user)
    return _codes(request, codes)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    context = {"codes": codes, "title": _("Recovery codes"), "on_preferences": True}
    return render(request, "organization/recovery_codes.html", context)


@never_cache
@require_POST
@confirm_first(back="security")
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown this once; the earlier ones are void."""
    user = user_of(request)
    if not has_factor(user):
        raise Http404
    codes = make_recovery_codes(user)
    note_event(request, Kind.RECOVERY_CODES_MADE, user)
    return _codes(request, codes)


@require_POST
@confirm_first(back="security")
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Take one's own second factor away, unless one must have it."""
    user = user_of(request)
    if must_have(user):
        messages.error(request, _("Your role needs a second factor. You can set up another one."))
    elif take_away(user):
        request.session[SECOND_FACTOR_DONE] = False
        end_other_sessions(user, kept=request.session.session_key)
        note_event(request, Kind.SECOND_FACTOR_REMOVED, user)
        messages.success(request, _("The second factor is removed."))
    return redirect("security")
