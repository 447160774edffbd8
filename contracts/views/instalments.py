"""Plan lines from a contract's amount: looked at first, then made."""

import hashlib
from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contracts.forms.instalments import InstalmentsForm
from contracts.models import Contract
from contracts.rules.instalments import Instalment
from contracts.services.instalments import make_instalments, plan_gap, propose_instalments
from contracts.views.contract_edit import visible_contract
from core.errors import RefusedError
from core.htmx import reload_at, show
from core.requests import PageRequest
from organization.access import user_who_may
from organization.permissions import Action

TEMPLATE = "contracts/instalments.html"


@require_http_methods(["GET", "POST"])
def contract_plan(request: PageRequest, contract_id: int) -> HttpResponse:
    """The form; sent once the lines are shown, sent again unchanged they are made."""
    user = user_who_may(request, Action.EDIT_CONTRACT)
    found = visible_contract(user, contract_id)
    back = reverse("contract", args=[found.pk])
    first_on = max(found.starts_on, timezone.localdate())
    data = request.POST if request.method == "POST" else None
    form = InstalmentsForm(data, first_on=first_on)
    parts: list[Instalment] = []
    if data is not None and form.is_valid():
        try:
            parts = propose_instalments(found, form.schedule())
            if form.cleaned_data["seen"] == _mark(parts):
                return _made(request, found, form, parts, back)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "contract": found,
        "gap": plan_gap(found),
        "parts": parts,
        "mark": _mark(parts) if parts else "",
        "back": back,
    }
    return show(request, TEMPLATE, "drawer", context, 422 if form.errors else 200)


def _made(
    request: PageRequest,
    contract: Contract,
    form: InstalmentsForm,
    parts: Sequence[Instalment],
    back: str,
) -> HttpResponse:
    made = make_instalments(contract, form.schedule(), seen=parts)
    message = ngettext("{n} line is in the plan.", "{n} lines are in the plan.", len(made))
    return reload_at(request, back, message.format(n=len(made)))


def _mark(parts: Sequence[Instalment]) -> str:
    """What tells one preview from another."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()
