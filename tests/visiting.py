"""Going to pages as somebody: whose words stand there is told by marks of three customers."""

import re

from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast
from tests.routes import Visit

ROLES = (
    "account_manager",
    "outlet_manager",
    "branch_manager",
    "group_manager",
    "finance",
    "service_agent",
    "analyst",
    "administrator",
)
CANARY = "canary-{}-"
EVERYBODYS = {"ACME", "WOLF", "FAR"}


def signed_in(cast: Cast, role: str | None) -> Client:
    client = Client(raise_request_exception=True)
    if role is not None:
        client.force_login(cast.eight_roles[role])
    return client


def address(route: str, visit: Visit, **values: object) -> str:
    """The path of a route with its parameters filled in."""
    filled = {**visit.kwargs, **values}
    return "/" + (
        visit.path or re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(filled[found[1]]), route)
    )


def go(client: Client, visit: Visit, path: str, *, htmx: bool = False) -> HttpResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return getattr(client, visit.method)(path, visit.data, headers=headers)


def body(response: HttpResponse) -> bytes:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ?")\w+', rb"\1", content)


def expected(visit: Visit, role: str | None) -> int:
    if role is None:
        return visit.signed_out
    return visit.answer if role in visit.allowed else visit.refused
