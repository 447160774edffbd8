"""What decides who may do and see what is changed only by an administrator who is still there."""

from typing import Any, TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from organization.access import ask_again

M = TypeVar("M", bound=Model)


class AskedAgainAdmin(admin.ModelAdmin[M]):
    """Forms and actions for an administrator who has shown lately that it is them."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form, or the question."""
        return ask_again(request) or super().changeform_view(
            request, object_id, form_url, extra_context
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; before one of its actions the question."""
        question = ask_again(request, back=request.path) if request.method == "POST" else None
        return question or super().changelist_view(request, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The page that deletes one, or the question."""
        return ask_again(request) or super().delete_view(request, object_id, extra_context)
