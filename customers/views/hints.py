"""Small answers while one types in a form of the file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.views.decorators.http import require_safe

from core.requests import PageRequest
from customers.forms.hints import DIVISIONS, list_id, suggestions
from customers.messages import uscc_sentence
from customers.rules.uscc import judge_uscc
from organization.access import user_who_may
from organization.permissions import Action

PREFIX = "place"


@require_safe
def uscc_check(request: PageRequest) -> HttpResponse:
    """What is wrong with the code; empty when nothing is."""
    user_who_may(request, Action.EDIT_CUSTOMER)
    code = request.GET.get("uscc", "")
    return HttpResponse(escape(uscc_sentence(judge_uscc(code)) if code else ""))


@require_safe
def divisions(request: PageRequest) -> HttpResponse:
    """Lists of names for the fields of a place, by what stands in them."""
    user_who_may(request, Action.EDIT_CUSTOMER)
    prefix = PREFIX if f"{PREFIX}-province" in request.GET else None
    key = f"{prefix}-" if prefix else ""
    found = suggestions(
        request.GET.get(f"{key}province", "").strip(), request.GET.get(f"{key}city", "").strip()
    )
    lists = [(list_id(prefix, name), found[name]) for name in DIVISIONS]
    return render(request, "customers/divisions.html#lists", {"lists": lists})
