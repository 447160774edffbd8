"""What views answer to htmx, so that every page keeps the same contract (docs/adding-a-module.md).

Each function also answers a request without htmx: the same change works without JavaScript.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from core.requests import PageRequest


def show(
    request: PageRequest, template: str, partial: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or its named partial when htmx asks."""
    name = f"{template}#{partial}" if request.htmx else template
    return render(request, name, context, status=status)


def done(
    request: PageRequest, message: str, *events: str, back: str, undo: str = "", body: str = ""
) -> HttpResponse:
    """A change is made: a toast, and `events` on the body for the panels that care.

    `back` is where a browser without htmx goes on; `undo` is a URL that takes the change back by
    POST; `body` is HTML to swap in besides, such as `<hx-partial>`s of what has changed.
    """
    if not request.htmx:
        messages.success(request, message, extra_tags=undo)
        return redirect(back)
    return _with_events(HttpResponse(body + toast(request, message, undo=undo)), events)


def drawer_saved(
    request: PageRequest, message: str, *events: str, back: str, undo: str = "", body: str = ""
) -> HttpResponse:
    """`done`, and the drawer closes."""
    return done(request, message, *events, "drawer-close", back=back, undo=undo, body=body)


def reload_at(request: PageRequest, url: str, message: str) -> HttpResponse:
    """A change is made that the whole page shows: go there, and say so there."""
    messages.success(request, message)
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def refused(request: PageRequest, message: str, *, back: str, status: int = 422) -> HttpResponse:
    """A rule says no and there is no form to show it in: a toast that stays."""
    if not request.htmx:
        messages.error(request, message)
        return redirect(back)
    return HttpResponse(toast(request, message, tone="bad"), status=status)


def toast(request: PageRequest, message: str, *, tone: str = "ok", undo: str = "") -> str:
    """HTML that adds a toast to whatever answer it is part of; tone: ok or bad."""
    context = {"text": message, "tone": tone, "undo": undo}
    return render_to_string("toast.html#swap", context, request)


def _with_events(response: HttpResponse, events: tuple[str, ...]) -> HttpResponse:
    """On the body, not on what sent the request: that may be gone when the answer has come."""
    for event in events:
        trigger_client_event(response, event, {"target": "body"})
    return response
