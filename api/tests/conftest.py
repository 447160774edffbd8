"""Systems with keys, as tests call the API."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from api.models import Scope
from api.services.keys import create_key
from organization.models import OrgUnit
from tests.cast import Cast


class Caller:
    """A system that calls the API with a key."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.client = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """The answer; `body` is sent as it is when it is bytes, else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key:
            named = {"Authorization": f"Bearer {self.key}"} | named
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            b"" if body is None else content,
            content_type=named.pop("Content-Type", "application/json"),
            headers=named,
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        """GET."""
        return self("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        """POST."""
        return self("POST", path, body, **headers)


@pytest.fixture
def calling(cast: Cast) -> Callable[..., Caller]:
    """Makes a key and calls with it; by default of branch EAST and with every scope."""

    def make(
        *scopes: str, unit: OrgUnit | None = None, name: str = "dispatch", **options: Any
    ) -> Caller:
        _key, text = create_key(
            name, scopes=scopes or Scope.values, unit=unit or cast.east, **options
        )
        return Caller(text)

    return make
