"""The feed: what changed in how customers are served, in order."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.models import Scope
from api.problems import ProblemError
from api.reports.changes import CursorTooOldError, Page, bounds, changes_after, pass_on
from api.rules.cursors import LATEST, read_cursor, write_cursor
from api.v1.service_words import ANSWER, ServiceAnswer

_PAGE_SIZE, _MOST = 100, 1_000
_PARTS = (
    *("code", "name", "status", "tier", "abc_class", "value_grade", "key_account_kind"),
    *("service_policy", "credit", "instructions", "merged_into", "unit"),
)


class ChangesQuery(serializers.Serializer[Any]):
    """From where, and how many."""

    since = serializers.CharField(
        required=False,
        max_length=100,
        help_text=_(
            "“cursor” of the answer before; without it the feed begins with the oldest change that"
            " is kept (90 days). “latest” answers no changes and the cursor of now: take it, read"
            " all customers, then follow."
        ),
    )
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=_MOST, help_text=_("Default: 100.")
    )


class ChangeAnswer(serializers.Serializer[Any]):
    """One change of one customer."""

    code = serializers.CharField(help_text=_("The customer's code when it changed."))
    at = serializers.DateTimeField()
    changed = serializers.ListField(child=serializers.ChoiceField(_PARTS))
    gone = serializers.BooleanField(
        help_text=_("The customer left the system's unit: forget what you know of it.")
    )
    service = ServiceAnswer(
        allow_null=True,
        help_text=_("As a look-up answers now, so that nobody who is behind takes a step back."),
    )


class ChangesAnswer(serializers.Serializer[Any]):
    """A piece of the feed."""

    results = ChangeAnswer(many=True)
    cursor = serializers.CharField(help_text=_("Where to go on, now or later."))
    more = serializers.BooleanField(help_text=_("Whether there is more to read at once."))
    next = serializers.URLField(help_text=_("The address to go on at."))


_EXAMPLE = {
    "results": [
        {
            "code": "YC0001",
            "at": "2026-03-31T17:05:12.123456Z",
            "changed": ["tier"],
            "gone": False,
            "service": ANSWER,
        }
    ],
    "cursor": "Y2hhbmdlczo0Mg",
    "more": False,
    "next": "https://crm.example.com/api/v1/changes/?since=Y2hhbmdlczo0Mg",
}


class ChangesView(ApiView):
    """The feed."""

    scopes: ClassVar = {"GET": Scope.SERVICE_READ}

    @extend_schema(
        operation_id="list_changes",
        summary=_("Follow changes of the service status"),
        parameters=[ChangesQuery],
        responses=ChangesAnswer,
        examples=[OpenApiExample("changes", value=_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        """What followed the cursor; 410 when some of it is not kept any more."""
        query = ChangesQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        since = query.validated_data.get("since", "")
        page = self._page(since, query.validated_data.get("limit", _PAGE_SIZE))
        cursor = write_cursor(page.position)
        here = request.build_absolute_uri(request.path)
        return Response(
            {
                "results": page.changes,
                "cursor": cursor,
                "more": page.more,
                "next": f"{here}?since={cursor}",
            }
        )

    def _page(self, since: str, size: int) -> Page:
        if since == LATEST:
            pass_on()
            return Page(changes=[], position=bounds()[1], more=False)
        position = read_cursor(since) if since else None
        if since and position is None:
            raise ProblemError("bad_cursor")
        try:
            return changes_after(position, self.user, size=size, day=timezone.localdate())
        except CursorTooOldError as error:
            raise ProblemError("cursor_too_old") from error
