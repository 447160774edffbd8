"""R20: no call answers 500, whatever is sent; what is answered is what the document says."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.openapi import document
from api.renderers import render
from tests.cast import Cast
from tests.test_odd_requests import BODIES, ODD, RAW, STEP

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW = settings(
    max_examples=8, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: object) -> bytes:
    """What is made for a body of lines is sent as it is."""
    return str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """As Django's test client does it: no request closes the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations(headers: dict[str, str]):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", WSGIHandler(), headers=headers)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_call_answers_as_the_document_says(cast: Cast, calling, mode: GenerationMode):
    headers = {"Authorization": f"Bearer {calling().key}", "Accept-Encoding": "identity"}
    found = operations(headers)
    assert len(found) > 3
    for operation in found:

        @FEW
        @given(case=operation.as_strategy(generation_mode=mode))
        def tried(case) -> None:
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)

        tried()


def test_without_a_key_every_call_is_refused(cast: Cast, calling):
    for operation in operations({"Authorization": f"Bearer {calling().key}"}):

        @settings(FEW, max_examples=1)
        @given(case=operation.as_strategy())
        def tried(case) -> None:
            response = case.call(headers={"Authorization": "Bearer none"})
            assert response.status_code == 401
            case.validate_response(response, checks=CHECKS)

        tried()


def test_no_odd_payload_breaks_a_call(cast: Cast, calling):
    """Odd values in each place of every address, in every field of every body; odd bodies."""
    call = calling()
    whole = json.loads(render(document("en")))
    broken, asked = [], 0
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            for address, body, kind in attempts(path, said):
                asked += 1
                headers = {"Content-Type": kind} if body is not None else {}
                answer = call(method.upper(), address.removeprefix("/api/v1/"), body, **headers)
                if answer.status_code >= 500:
                    broken.append((method, address[:80], (body or b"")[:60]))
    assert broken == []
    assert asked > 200


def attempts(path: str, said: dict):
    """Addresses and bodies nobody means well."""
    body = example(said)
    for address in addresses(path, said):
        yield address, body, "application/json"
    if body is not None:
        for kind, odd in bodies(json.loads(body)):
            yield filled(path, "ACME"), odd, kind


def addresses(path: str, said: dict):
    values = [*map(quote, ODD), *RAW]
    names = [each["name"] for each in said.get("parameters", []) if each["in"] == "query"]
    good = filled(path, "ACME")
    for value in values[::3] if "{" in path else ():
        yield filled(path, value)
    for value in values:
        if names:  # all at once: the first that is refused says of all
            yield f"{good}?{'&'.join(f'{name}={value}' for name in names)}"
    for turn, name in enumerate(names):
        for value in values[turn % STEP :: STEP]:
            yield f"{good}?{name}={value}"


def bodies(sent: object):
    for kind, odd in BODIES:
        yield kind or "application/json", odd
        yield "application/json", odd
    for name in sent if isinstance(sent, dict) else ():
        for value in (*ODD[::8], None, [], {}, [[]], -1, 1e300, True, 10**30, ["x"], {"a": {}}):
            yield "application/json", json.dumps({**sent, name: value}).encode()


def filled(path: str, value: str) -> str:
    parts = ["".join(value if part.startswith("{") else part) for part in path.split("/")]
    return "/".join(parts)


def example(said: dict) -> bytes | None:
    content = said.get("requestBody", {}).get("content", {}).get("application/json", {})
    for found in content.get("examples", {}).values():
        return json.dumps(found["value"]).encode()
    return None
