"""The OpenAPI document says all there is, and what is answered is what it says (R20)."""

import io
import json
from contextlib import redirect_stderr

import pytest
from django.test import Client
from django.utils import translation
from drf_spectacular.validation import validate_schema

from api.openapi import document
from api.renderers import render
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["en", "zh-hans"])
def whole(request) -> dict:
    document.cache_clear()
    said = io.StringIO()
    with translation.override(request.param), redirect_stderr(said):
        found = json.loads(render(document(request.param)))
    assert said.getvalue() == ""  # the generator complains about what it had to guess
    return found


def test_the_document_is_valid_and_every_call_is_explained(whole: dict):
    validate_schema(whole)
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            call = f"{method} {path}"
            assert said["summary"], call
            assert said["x-scope"], call
            assert said["security"] == [{"key": []}], call
            good = [said["responses"][code] for code in said["responses"] if code < "300"]
            for part in [*good, said.get("requestBody", {})]:
                for content in part.get("content", {}).values():
                    assert content["examples"], call


def test_the_document_and_its_page_open_for_people_and_keys(cast: Cast, calling):
    assert Client().get("/api/v1/schema/").status_code == 401
    assert calling("waybills:read").get("schema/").json()["info"]["title"] == "Yihu API"
    client = Client()
    client.force_login(cast.alice)
    page = client.get("/api/docs/").content.decode()
    for operation in client.get("/api/v1/schema/").json()["paths"].values():
        for said in operation.values():
            assert f'id="{said["operationId"]}"' in page
