"""Requests as views get them."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request that passed the htmx middleware: `request.htmx` is true for fragments."""

    htmx: HtmxDetails


def asked_currency(query: Mapping[str, str]) -> str:
    """The currency an address names; the company's where it names none."""
    text = query.get("currency", "")
    is_one = len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()
    return text if is_one else settings.COMPANY_CURRENCY


def changed_query(request: HttpRequest, **changed: str) -> str:
    """The query of this page with some parameters changed, without empty ones; "?" before it."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    for name in [name for name in query if not query[name]]:
        del query[name]
    return f"?{query.urlencode()}"
