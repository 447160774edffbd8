"""Drawers of what stands beside a contract: service levels, rebate, amendments, extra work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contracts.forms.terms import AmendmentForm, ExtraWorkForm, LevelsForm, RebateForm
from contracts.models import Commitment, Contract, RebateStep
from contracts.services.amendments import AmendmentEntry, write_amendment
from contracts.services.contracts import may_write
from contracts.services.terms import keep_extra_work, set_levels, set_rebate
from contracts.views.contract_edit import visible_contract
from core.errors import RefusedError
from core.htmx import reload_at, show
from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action


def _levels_form(data: Any, contract: Contract, user: User) -> LevelsForm:
    promised = Commitment.objects.visible_to(user).filter(contract=contract)
    return LevelsForm(data, levels={each.measure: each.agreed for each in promised})


def _rebate_form(data: Any, contract: Contract, user: User) -> RebateForm:
    steps = RebateStep.objects.visible_to(user).filter(contract=contract).order_by("from_revenue")
    return RebateForm(data, steps=[(each.from_revenue, each.rate) for each in steps])


def _amendment_form(data: Any, _contract: Contract, _user: User) -> AmendmentForm:
    return AmendmentForm(data, today=timezone.localdate())


def _extra_form(data: Any, contract: Contract, user: User) -> ExtraWorkForm:
    return ExtraWorkForm(data, user=user, contract=contract, today=timezone.localdate())


def _amend(contract: Contract, form: Any, user: User) -> None:
    data = form.cleaned_data
    entry = AmendmentEntry(data["signed_on"], data["in_force_from"], data["text"], form.changes())
    write_amendment(contract, entry, today=timezone.localdate(), actor=user)


@dataclass(frozen=True, slots=True)
class Part:
    """One drawer: its form, and what saving it does; `logs`: it says what was done, not agreed."""

    title: Any
    form: Callable[[Any, Contract, User], forms.BaseForm]
    save: Callable[[Contract, Any, User], Any]
    logs: bool = False


PARTS = {
    "levels": Part(
        gettext_lazy("Service levels"),
        _levels_form,
        lambda contract, form, user: set_levels(contract, form.levels(), actor=user),
    ),
    "rebate": Part(
        gettext_lazy("Year-end rebate"),
        _rebate_form,
        lambda contract, form, user: set_rebate(contract, form.steps(), actor=user),
    ),
    "amendment": Part(gettext_lazy("New amendment"), _amendment_form, _amend),
    "extra": Part(
        gettext_lazy("Work beyond the contract"),
        _extra_form,
        lambda _contract, form, _user: keep_extra_work(form.instance),
        logs=True,
    ),
}


@require_http_methods(["GET", "POST"])
def contract_part(request: PageRequest, contract_id: int, part: str) -> HttpResponse:
    """One of the drawers. 422 with the form when something is wrong or refused.

    403 for an account manager on what is agreed in a contract that is no draft any more.
    """
    user = user_who_may(request, Action.EDIT_CONTRACT)
    asked = PARTS.get(part)
    if asked is None:
        raise Http404
    found = visible_contract(user, contract_id)
    if not asked.logs and not may_write(user, found):
        raise PermissionDenied
    back = reverse("contract", args=[found.pk])
    form = asked.form(request.POST if request.method == "POST" else None, found, user)
    if form.is_bound and form.is_valid():
        try:
            asked.save(found, form, user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return reload_at(request, back, _("The changes are saved."))
    context = {"form": form, "contract": found, "title": asked.title, "part": part, "back": back}
    status = 422 if form.errors else 200
    return show(request, "contracts/contract_part.html", "drawer", context, status)
