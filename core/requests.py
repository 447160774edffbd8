"""Requests as views get them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request that passed the htmx middleware: `request.htmx` is true for fragments."""

    htmx: HtmxDetails


def changed_query(request: HttpRequest, **changed: str) -> str:
    """The query of this page with some parameters changed, without empty ones; "?" before it."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    for name in [name for name in query if not query[name]]:
        del query[name]
    return f"?{query.urlencode()}"
