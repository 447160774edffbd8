"""A service plan on pages of its own: the form of the whole plan, and one version of it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RefusedError
from core.htmx import reload_at
from core.requests import PageRequest
from customers.access import open_file
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from shipments.models import PlanGain, PlanStage, ServicePlan
from shipments.rules.stages import Stage
from workspace.plans.changes import changes_between
from workspace.plans.forms import (
    MOST_STAGES,
    GainForm,
    VersionForm,
    initial_stage,
    people_for,
    stage_forms,
)
from workspace.plans.section import gain_row, gains_of, numbered, rows_of, stages_of
from workspace.plans.services import Draft, save_plan

_USUAL = (Stage.PICKUP, Stage.ACCEPTANCE, Stage.LINE_HAUL, Stage.ARRIVAL, Stage.DELIVERY)


@require_http_methods(["GET", "POST"])
def plan_edit(request: PageRequest, pk: int) -> HttpResponse:
    """The whole plan on one page, copied from the latest version or from the usual stages."""
    user = user_who_may(request, Action.EDIT_SERVICE_PLAN)
    customer = open_file(user, pk)
    today = timezone.localdate()
    last = ServicePlan.objects.visible_to(user).filter(customer=customer).first()
    known = stages_of(user, last) if last else []
    data = request.POST if request.method == "POST" else None
    people = people_for(customer, user, known)
    is_new = last is None or last.valid_from < today
    begin = {"valid_from": today} if last is None or is_new else _fields(last)
    stages = [initial_stage(each) for each in known] if last else [{"stage": s} for s in _USUAL]
    parts: dict[str, Any] = {
        "form": VersionForm(data, initial=begin),
        "stages": stage_forms(data, people, stages if data is None else ()),
        "gains": _gain_forms(data, user, last),
    }
    if data is not None and _saved(parts, customer, user):
        return reload_at(request, _back(customer), _("The service plan is saved."))
    context = {
        **parts,
        "customer": customer,
        "back": _back(customer),
        "is_new": is_new,
        "last": last,
    }
    return render(
        request, "workspace/plans/edit.html", context, status=200 if data is None else 422
    )


def _fields(plan: ServicePlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in ("valid_from", "valid_until", "note")}


def _gain_forms(data: Any, user: User, last: ServicePlan | None) -> list[GainForm]:
    known = {(gain.side, gain.measure): gain for gain in gains_of(user, last)} if last else {}
    names = ("before", "promised", "measured")
    return [
        GainForm(
            data,
            side=side,
            measure=measure,
            initial={name: getattr(known.get((side, measure)), name, None) for name in names},
        )
        for side in PlanGain.Side.values
        for measure in PlanGain.Measure.values
    ]


def _saved(parts: dict[str, Any], customer: Customer, user: User) -> bool:
    """Whether all of it was right and is written; else the forms say what is wrong."""
    form, stages, gains = parts["form"], parts["stages"], parts["gains"]
    if not all([form.is_valid(), stages.is_valid(), *(gain.is_valid() for gain in gains)]):
        return False
    told = [facts for gain in gains if (facts := gain.facts())]
    draft = Draft(**form.cleaned_data, stages=stages.facts(), gains=told)
    try:
        save_plan(customer, draft, today=timezone.localdate(), actor=user)
    except RefusedError as refusal:
        form.add_error("valid_from", str(refusal))
        return False
    return True


@require_safe
def plan_row(request: PageRequest, pk: int) -> HttpResponse:
    """One more empty row for the form on the page; the number it gets is the count so far."""
    user = user_who_may(request, Action.EDIT_SERVICE_PLAN)
    customer = open_file(user, pk)
    known = request.GET.get("stage-TOTAL_FORMS", "")
    number = int(known) if known.isascii() and known.isdecimal() and len(known) < 4 else 0
    if number >= MOST_STAGES:
        return HttpResponse(status=204)
    form = stage_forms(None, people_for(customer, user, ())).empty_form
    form.prefix = f"stage-{number}"
    context = {"form": form, "number": number, "total": number + 1}
    return render(request, "workspace/plans/edit.html#added", context)


@require_safe
def plan_version(request: PageRequest, pk: int, plan: int) -> HttpResponse:
    """One version as it was agreed, and what it changed of the one before."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    customer = open_file(user, pk)
    versions = numbered(user, customer)
    place = next((n for n, each in enumerate(versions) if each.plan.pk == plan), None)
    if place is None:
        raise Http404
    shown, before = versions[place], versions[place + 1 : place + 2]
    stages = stages_of(user, shown.plan)
    earlier: list[PlanStage] = stages_of(user, before[0].plan) if before else []
    context = {
        "customer": customer,
        "version": shown,
        "before": before[0] if before else None,
        "rows": rows_of(user, stages, {}, {}),
        "gains": [gain_row(gain, {}) for gain in gains_of(user, shown.plan)],
        "changes": changes_between(earlier, stages) if before else [],
        "back": _back(customer),
    }
    return render(request, "workspace/plans/version.html", context)


def _back(customer: Customer) -> str:
    return reverse("customer_section", args=[customer.pk, "supply"])
