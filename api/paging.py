"""Lists come in pages behind a cursor: stable while rows change, as quick at their end."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from api.problems import ProblemError


def page_of(row: type[serializers.Serializer[Any]]) -> Any:
    """The shape of a page of such rows, for the OpenAPI document."""
    return inline_serializer(
        f"PageOf{row.__name__.removesuffix('Serializer')}",
        {
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )


class Pages(CursorPagination):
    """`next`, `previous`, `results`; sorted by something unique."""

    page_size = 100
    max_page_size = 1_000
    page_size_query_param = "limit"
    ordering = "code"

    def decode_cursor(self, request: Any) -> Any:
        """Where the page begins; ProblemError for a cursor we did not make."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise ProblemError("bad_cursor") from error
        if cursor is not None and "\0" in str(cursor.position or ""):
            raise ProblemError("bad_cursor")
        return cursor
