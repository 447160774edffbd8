"""The administration's site: who enters, and what its first page shows."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_RUNS_SHOWN = 5


class AdministrationSite(AdminSite):
    """People sign in at the product's own page; who is no administrator is told so."""

    index_template = "admin/start.html"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """403 instead of a second sign-in page for people who are somebody else."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """No second sign-in page, which lock-out and second factor would not cover."""
        target = request.GET.get("next", "") or reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect_to_login(target)
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The product's own page, which counts tries and ends other sessions."""
        return redirect("change_password")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The product's own, which writes it down."""
        from organization.views.sign_in import SignOut  # noqa: PLC0415  # models are ready by now

        return SignOut.as_view()(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """What the administrator looks after: how the parts are, the last nights, all tables."""
        from core.admin import took  # noqa: PLC0415  # models are ready by now
        from core.models import JobRun  # noqa: PLC0415  # models are not loaded before

        runs = JobRun.objects.order_by("-started_at")[:_RUNS_SHOWN]
        context = {"parts": _parts(), "runs": [{"run": run, "took": took(run)} for run in runs]}
        return super().index(request, {**context, **(extra_context or {})})


def _parts() -> list[dict[str, object]]:
    """Each part of the product with its name and how it is, in words."""
    from crm.health import parts  # noqa: PLC0415  # models are ready by now

    names = {
        "database": _("Database"),
        "redis": _("Redis"),
        "migrations": _("Migrations"),
        "nightly": _("Nightly figures"),
        "outbox": _("Changes for other systems"),
    }
    return [
        {"name": names[name], "ok": part["ok"], "words": _words(name, part)}
        for name, part in parts().items()
    ]


def _words(name: str, part: dict[str, object]) -> str:
    if part.get("error"):
        return _("fails: {error}").format(error=part["error"])
    if name == "nightly":
        return _nightly_words(part)
    if name == "outbox":
        number = int(str(part["waiting"]))
        return ngettext("{n} message waits", "{n} messages wait", number).format(n=number)
    if name == "migrations" and part["missing"]:
        return _("not all applied: run script/manage migrate")
    return _("works") if part["ok"] else _("clock differs from the database's")


def _nightly_words(part: dict[str, object]) -> str:
    if part["missing"]:
        return _("{day} is missing").format(day=part["missing"])
    if part["current"] is None:
        return _("none published yet")
    return _("published for {day}").format(day=part["current"])
