"""The OpenAPI document, made of the views: in the language that is active, once a process."""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from api.problems import KINDS, MEDIA_TYPE, problem

if TYPE_CHECKING:
    from api.base import ApiView

_ALWAYS = {401, 403, 404, 406, 422, 429, 503}
_WITH_BODY = {400, 409, 413, 415}
_REQUEST_ID = "9f8d1c5e0a3b4c6d8e7f0a1b2c3d4e5f"
CODE = OpenApiParameter(
    "code",
    str,
    OpenApiParameter.PATH,
    description=gettext_lazy(
        "Code of the customer, one of its account numbers, or the code of a file merged into it."
    ),
)
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": list(KINDS)},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "parameter": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


class OperationSchema(AutoSchema):
    """Adds what all operations have in common: key, scope, headers, problems."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation with the scope it needs and the problems it may answer."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        view = cast("ApiView", self.view)
        operation["x-scope"] = str(view.scopes[self.method])
        operation["responses"] |= {
            str(status): _problems(status) for status in sorted(self._statuses(operation))
        }
        return operation

    def _statuses(self, operation: dict[str, Any]) -> set[int]:
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        has_body = self.method not in {"GET", "DELETE"}
        cursor = {400} if names & {"cursor", "since"} else set()
        cursor |= {410} if "since" in names else set()
        return _ALWAYS | cursor | (_WITH_BODY if has_body else set())

    def get_description(self) -> str:  # type: ignore[override]  # as the generator calls it
        """What `extend_schema` says; docstrings are for us and in one language."""
        return ""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """The key."""
        return [{"key": []}]

    def _get_parameters(self) -> list[dict[str, Any]]:
        return [*super()._get_parameters(), *_headers(self.method)]


def _headers(method: str) -> Iterator[dict[str, Any]]:
    if method == "POST":
        yield {
            "name": "Idempotency-Key",
            "in": "header",
            "description": _(
                "1 to 200 printable ASCII characters. The same key with the same body gives the"
                " same answer and acts once, for 48 hours."
            ),
            "schema": {"type": "string", "pattern": "^[ -~]{1,200}$"},
        }
    if method == "GET":
        yield {
            "name": "If-None-Match",
            "in": "header",
            "description": _("The ETag of the answer you have: 304 without a body if it holds."),
            "schema": {"type": "string"},
        }


def _problems(status: int) -> dict[str, Any]:
    kinds = {code: kind for code, kind in KINDS.items() if kind.status == status}
    return {
        "description": " / ".join(str(kind.title) for kind in kinds.values()),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {
                    code: {"value": problem(code) | {"request_id": _REQUEST_ID}} for code in kinds
                },
            }
        },
    }


def add_common(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """The key, the shape of problems, and 304 for every read (a hook of the generator)."""
    components = result["components"]
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    components["schemas"]["Problem"] = PROBLEM
    for operations in result["paths"].values():
        if "get" in operations:
            operations["get"]["responses"]["304"] = {"description": _("You have it already.")}
    return result


@cache
def document(language: str) -> dict[str, Any]:
    """The whole document; `language` is the active one."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # the library has no types
    found: dict[str, Any] = generator.get_schema(public=True)  # type: ignore[no-untyped-call]  # the library has no types
    return cast("dict[str, Any]", _plain(found))


def _plain(value: Any) -> Any:
    """Without the marks the generator makes for itself."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if name != "x-spec-enum-id"}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
