"""Requests as views get them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class PageRequest(HttpRequest):
    """A request that passed the htmx middleware: `request.htmx` is true for fragments."""

    htmx: HtmxDetails
