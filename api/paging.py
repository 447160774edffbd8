"""Lists come in pages behind a cursor: stable while rows change, as quick at their end."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from api.problems import ProblemError


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
