"""A living page of all components and states, made of the very same parts as the pages."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.charts import Axis, Chart, Series, amount_in, line
from core.form_fields import DayField
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from organization.access import user_of
from workspace.models import Demonstration

_VOLUMES = [31, 28, 35, 42, 40, 44, 47, 45, 52, 50, 58, 63]


class SampleForm(forms.Form):
    """A form with everything a form may have; it is never stored."""

    received_on = DayField(
        label=gettext_lazy("date"),
        initial=dt.date(2026, 11, 24),
    )
    amount = forms.DecimalField(
        label=gettext_lazy("amount"),
        max_value=Decimal(412_000),
        max_digits=18,
        decimal_places=2,
        error_messages={"max_value": gettext_lazy("Over the ¥412,000.00 due. One zero too many?")},
    )
    reference = forms.CharField(
        label=gettext_lazy("bank reference"),
        max_length=100,
        error_messages={"required": gettext_lazy("A transfer needs its bank reference.")},
    )
    remarks = forms.CharField(
        label=gettext_lazy("remarks"),
        required=False,
        help_text=gettext_lazy("Seen by finance."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    lift = forms.BooleanField(
        label=gettext_lazy("Lift the credit watch when settled"), required=False, initial=True
    )


def _only_where_it_may_be_seen(request: PageRequest) -> None:
    """Administrators; anybody while one develops or looks at the demonstration."""
    if settings.DEBUG or user_of(request).is_staff:
        return
    if not Demonstration.objects.filter(removed_at=None).exists():
        raise PermissionDenied


@require_safe
def components(request: PageRequest) -> HttpResponse:
    """All components and states."""
    _only_where_it_may_be_seen(request)
    wrong = SampleForm({"received_on": "2026-11-24", "amount": "4120000", "lift": "on"})
    context: dict[str, Any] = {
        "form": wrong,
        "volumes": _VOLUMES,
        "chart": _chart(),
        "million": Decimal("128430000"),
        "amount": Decimal("1284300.50"),
        "negative": Decimal("-42300"),
        "changes": [Decimal("0.142"), Decimal("-0.064"), Decimal(0)],
    }
    return render(request, "workspace/components/page.html", context)


def _chart() -> Chart:
    """A year of invented revenue."""
    axis = Axis(_("Month"), [str(month) for month in range(1, 13)], amount_in("CNY"))
    revenue = Series(_("Revenue"), [Decimal(volume * 1000) for volume in _VOLUMES])
    return line("sample", _("Invented revenue of 12 months"), axis, [revenue])


@require_http_methods(["GET", "POST"])
def sample_drawer(request: PageRequest) -> HttpResponse:
    """The drawer with the sample form; saving it stores nothing."""
    _only_where_it_may_be_seen(request)
    form = SampleForm(request.POST if request.method == "POST" else None)
    back = reverse("components")
    if form.is_bound and form.is_valid():
        return drawer_saved(request, _("Recorded."), "sample-changed", back=back, undo=back)
    status = 422 if form.errors else 200
    context = {"form": form, "back": back}
    return show(request, "workspace/components/drawer.html", "drawer", context, status)
