"""The command palette, which is also a page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.htmx import show
from core.requests import PageRequest
from organization.access import user_of
from workspace.commands import commands
from workspace.context_processors import creations, navigation
from workspace.search import search


@require_safe
def search_page(request: PageRequest) -> HttpResponse:
    """What fits `q`, as options of the palette's list or as a page."""
    user = user_of(request)
    text = request.GET.get("q", "")[:100]
    offered = commands(user, navigation(request, user), creations(user))
    context = {"found": search(user, text, offered), "text": text.strip()}
    return show(request, "workspace/search.html", "results", context)


@require_safe
def waiting(request: PageRequest) -> HttpResponse:
    """The numbers beside "Today" and "Approvals", which every page asks for each minute."""
    user_of(request)
    return render(request, "shell/waiting.html#numbers") if request.htmx else redirect("home")
