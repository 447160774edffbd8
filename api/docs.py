"""The API for people who write its callers: the OpenAPI document, and a page made of it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from api.openapi import document
from api.problems import KINDS, MEDIA_TYPE, problem
from api.renderers import render as as_json
from api.services.keys import find_key

_AREAS = ("customers", "waybills", "receipts", "complaints", "changes", "webhooks")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a body or an answer ("credit.terms")."""

    name: str
    place: str
    kind: str
    required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One call as the page shows it."""

    method: str
    path: str
    anchor: str
    summary: str
    words: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    curl: str
    example: str


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for people who are signed in and for every good key."""
    text = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not request.user.is_authenticated and find_key(text) is None:
        refused = HttpResponse(as_json(problem("not_authenticated")), MEDIA_TYPE, 401)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="yihu"'
        return refused
    return HttpResponse(as_json(_document()), "application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """How to call us: the rules, then every call by area, then every problem."""
    found = sorted(_operations(), key=lambda each: _AREAS.index(each.path.split("/")[3]))
    by_area = groupby(found, key=lambda each: each.path.split("/")[3])
    names = {
        "customers": _("Customers"),
        "waybills": _("Waybills"),
        "receipts": _("Receipts"),
        "complaints": _("Complaints"),
        "changes": _("Changes"),
        "webhooks": _("Webhooks"),
    }
    areas = [{"name": names[area], "calls": list(calls)} for area, calls in by_area]
    host = request.build_absolute_uri("/")
    return render(request, "api/docs.html", {"areas": areas, "kinds": KINDS, "host": host})


def _document() -> dict[str, Any]:
    return document(translation.get_language() or "en")


def _operations() -> Iterator[Operation]:
    whole: dict[str, Any] = orjson.loads(as_json(_document()))  # lazy words become text
    for path, methods in whole["paths"].items():
        for method, said in methods.items():
            yield _operation(whole, path, method, said)


def _operation(whole: dict[str, Any], path: str, method: str, said: dict[str, Any]) -> Operation:
    body = _content(said.get("requestBody", {}))
    answer = _content(next(said["responses"][code] for code in said["responses"] if code < "300"))
    return Operation(
        method=method.upper(),
        path=path,
        anchor=said["operationId"],
        summary=said.get("summary", ""),
        words=said.get("description", ""),
        scope=said["x-scope"],
        parameters=[_parameter(each) for each in said.get("parameters", [])],
        body=list(_fields(whole, body.get("schema", {}))),
        answer=list(_fields(whole, answer.get("schema", {}))),
        curl=_curl(path, method, _example(body)),
        example=_pretty(_example(answer)),
    )


def _content(said: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = said.get("content", {}).get("application/json", {})
    return found


def _parameter(said: dict[str, Any]) -> Field:
    places = {"path": _("path"), "query": _("query"), "header": _("header")}
    shape = said["schema"]
    words = said.get("description", "")
    required = said.get("required", False)
    return Field(said["name"], places[said["in"]], _kind(shape), required, words)


def _fields(whole: dict[str, Any], shape: dict[str, Any], before: str = "") -> Iterator[Field]:
    """The fields of an object, of the rows of a list, and of the objects within."""
    shape = _resolved(whole, shape)
    if shape.get("type") == "array":
        yield from _fields(whole, shape["items"], before)
        return
    required = shape.get("required", [])
    for name, inner in shape.get("properties", {}).items():
        inner = _resolved(whole, inner)  # noqa: PLW2901  # the same thing, looked up
        mark = "[]" if inner.get("type") == "array" else ""
        words = inner.get("description", "")
        yield Field(f"{before}{name}{mark}", "", _kind(inner), name in required, words)
        yield from _fields(whole, inner, f"{before}{name}{mark}.")


def _resolved(whole: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    if parts := shape.get("allOf"):
        return {**shape, **_resolved(whole, parts[0])}
    if "$ref" not in shape:
        return shape
    found: dict[str, Any] = whole["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return found


def _kind(shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"] if value not in {None, ""})
    kind = str(shape.get("format") or shape.get("type", ""))
    return kind + ("?" if shape.get("nullable") else "")


def _example(content: dict[str, Any]) -> Any:
    examples = list(content.get("examples", {}).values())
    return examples[0]["value"] if examples else None


def _curl(path: str, method: str, body: Any) -> str:
    address = path.replace("{code}", "YC0001").replace("{number}", "YT7300001")
    parts = [f"curl -X {method.upper()} $YIHU{address}", '-H "Authorization: Bearer $YIHU_KEY"']
    if body is not None:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d '{json.dumps(body, ensure_ascii=False)}'")
    return " \\\n  ".join(parts)


def _pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
