"""What a draft of the rules would do: asked for, waited for, shown and exported."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.context import acting
from core.errors import RefusedError
from core.htmx import refused, reload_at, show
from core.requests import PageRequest
from core.tables.download import streamed
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import Action, can, for_the_company
from segmentation import charts, reports
from segmentation.exports import SIMULATED, simulated_cells
from segmentation.models import RuleSet, Simulation
from segmentation.simulation import ask_simulation
from segmentation.views.asked import page_of, user_for_the_company, version_or_404
from segmentation.views.tiers import scope_label, tier_matrix


@require_http_methods(["GET", "POST"])
def rule_simulation(request: PageRequest, version: int) -> HttpResponse:
    """What a draft would do to the customers one answers for; posted to have a worker find out."""
    user = user_who_may(request, Action.VIEW_RULES)
    draft = version_or_404(version)
    address = reverse("rule_simulation", args=[version])
    if request.method == "POST":
        user = user_for_the_company(request, Action.EDIT_RULES)
        try:
            ask_simulation(draft, actor=user)
        except RefusedError as refusal:
            return refused(request, str(refusal), back=page_of(draft))
        return reload_at(request, address, _("The draft is tried on the last night."))
    simulation = _simulation(draft)
    context: dict[str, Any] = {
        "rules": draft,
        "simulation": simulation,
        "is_stale": _is_stale(draft, simulation),
        "may_write": for_the_company(user, Action.EDIT_RULES),
    }
    if simulation.state == Simulation.State.DONE:
        context |= _outcome(user, simulation)
    return show(request, "segmentation/rules/simulation.html", "state", context)


@require_safe
@confirm_first(back="rule_simulation", same=["version"])
def rule_simulation_export(request: HttpRequest, version: int) -> StreamingHttpResponse:
    """Who would move, as CSV."""
    user = user_who_may(request, Action.EXPORT)
    simulation = _simulation(version_or_404(version))
    if simulation.state != Simulation.State.DONE:
        raise Http404
    return streamed(SIMULATED, _exported(user, simulation), f"rules-{version}-movers")


def _exported(user: User, simulation: Simulation) -> Iterator[tuple[Any, ...]]:
    """Read while the answer is sent: in a transaction of its own, limited to the same person."""
    with acting(user_id=user.pk, actor=user.get_username()):
        for mover in reports.simulated_movers(user, simulation):
            yield simulated_cells(mover)


def _simulation(rules: RuleSet) -> Simulation:
    """The latest of the draft, or 404."""
    found = Simulation.objects.select_related("version", "asked_by").filter(rule_set=rules).first()
    if found is None:
        raise Http404
    return found


def _is_stale(rules: RuleSet, simulation: Simulation) -> bool:
    """Whether the draft or the night has changed since."""
    version = simulation.version
    return simulation.document != rules.document or bool(version and not version.is_current)


def _outcome(user: User, simulation: Simulation) -> dict[str, Any]:
    """For who sees no customers the company's moves in numbers, without money."""
    if not can(user, Action.VIEW_CUSTOMERS):
        flows = [reports.Flow(old, new, n, Decimal(0)) for old, new, n in simulation.flows]
        return {"matrix": tier_matrix(flows), "is_company": True}
    found = reports.outcome(user, simulation)
    version = simulation.version
    curve = reports.concentration_of(user, version) if version else None
    name = f"pareto-rules-{simulation.pk}"
    return {
        "found": found,
        "scope": scope_label(user),
        "flow": charts.tier_flow(found.flows, f"flow-rules-{simulation.pk}"),
        "pareto": charts.pareto_with_classes(curve, found.classes, name) if curve else None,
        "matrix": tier_matrix(found.flows),
        "movers": list(reports.simulated_movers(user, simulation, reports.SHOWN)),
        "may_export": can(user, Action.EXPORT) and found.moved > 0,
    }
