"""Rule sets as pages: versions, one in words, two compared, drafts that two people put in force."""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from core.context import acting
from core.errors import RefusedError
from core.htmx import drawer_saved, refused, reload_at, show
from core.requests import PageRequest
from core.rules import RuleError, percent_digits
from core.tables.write import iter_csv
from organization.access import confirm_first, user_of, user_who_may
from organization.models import User
from organization.permissions import Action, can, for_the_company, sees_all
from segmentation import charts, reports
from segmentation import rule_words as words
from segmentation.exports import SIMULATED, simulated_cells
from segmentation.models import RuleSet, Simulation
from segmentation.rule_forms import ReasonForm, RulesForm
from segmentation.ruleset import RulesetError, dump_ruleset, load_ruleset
from segmentation.services import (
    activate_rules,
    active_rules,
    ask_for_rules,
    deciders,
    delete_draft,
    edit_draft,
    send_rules_back,
    to_decide_on,
    withdraw_rules,
    write_draft,
)
from segmentation.simulation import ask_simulation
from segmentation.views import scope_label, tier_matrix

_SHOWN_CHANGES = 3


@require_GET
def rule_list(request: PageRequest) -> HttpResponse:
    """All versions, the latest first, each with what it changes in the one that was in force."""
    user = user_who_may(request, Action.VIEW_RULES)
    active_rules()
    found = list(RuleSet.objects.select_related("author", "activated_by", "sent_back_by"))
    context = {
        "versions": [
            {
                "rules": rules,
                "changes": (changes := _changes(rules, found))[:_SHOWN_CHANGES],
                "more": max(0, len(changes) - _SHOWN_CHANGES),
            }
            for rules in found
        ],
        "waiting": [rules for rules in found if rules.stage == "asked"],
        "may_edit": for_the_company(user, Action.EDIT_RULES),
        "sees_tiers": can(user, Action.VIEW_CUSTOMERS),
    }
    return render(request, "segmentation/rules/list.html", context)


@require_GET
def rule_set(request: PageRequest, version: int) -> HttpResponse:
    """One version in words, what it changes, and what may be done with it."""
    user = user_who_may(request, Action.VIEW_RULES)
    rules = _found(version)
    base = _base(rules, list(RuleSet.objects.all()))
    context = {
        "rules": rules,
        "base": base,
        "differences": words.compared(_whole(base), _whole(rules)) if base else [],
        "sections": words.sections(_whole(rules)),
        "simulation": _simulation(rules),
        **_acts(user, rules),
    }
    return render(request, "segmentation/rules/version.html", context)


@require_GET
def rule_comparison(request: PageRequest) -> HttpResponse:
    """Any two versions: only where they differ."""
    user_who_may(request, Action.VIEW_RULES)
    before, after = (_found(_number(request, name)) for name in ("before", "after"))
    context = {
        "before": before,
        "after": after,
        "versions": RuleSet.objects.all(),
        "differences": words.compared(_whole(before), _whole(after)),
    }
    return render(request, "segmentation/rules/comparison.html", context)


@require_http_methods(["GET", "POST"])
def rule_draft(request: PageRequest) -> HttpResponse:
    """A new draft; it begins as what is in force, or as the version that `from` names."""
    user = _who_may(request, Action.EDIT_RULES)
    active, rules = active_rules()
    begun = _number(request, "from") or active
    document = dump_ruleset(rules) if begun == active else _whole(_found(begun))
    form = RulesForm(_typed(request), document=document)
    if "propose" in request.POST:
        return _proposed(request, form, {"begun": begun, "back": reverse("rules")})
    if request.method == "POST" and form.is_valid() and form.rules is not None:
        try:
            made = write_draft(form.rules, note=form.cleaned_data["note"], actor=user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Draft saved as version {version}.").format(version=made.version)
            return reload_at(request, _page(made), text)
    return _edit_page(request, form, {"begun": begun, "back": reverse("rules")})


@require_http_methods(["GET", "POST"])
def rule_edit(request: PageRequest, version: int) -> HttpResponse:
    """Change a draft of one's own."""
    user = _who_may(request, Action.EDIT_RULES)
    draft = _found(version)
    if not _acts(user, draft)["may_edit"]:
        raise Http404
    form = RulesForm(_typed(request), document=_whole(draft), initial={"note": draft.note})
    if "propose" in request.POST:
        return _proposed(request, form, {"draft": draft, "back": _page(draft)})
    if request.method == "POST" and form.is_valid() and form.rules is not None:
        try:
            edit_draft(draft, form.rules, note=form.cleaned_data["note"], actor=user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return reload_at(request, _page(draft), _("Draft saved."))
    return _edit_page(request, form, {"draft": draft, "back": _page(draft)})


@require_POST
def rule_delete(request: PageRequest, version: int) -> HttpResponse:
    """Throw a draft of one's own away."""
    user = _who_may(request, Action.EDIT_RULES)
    draft = _found(version)
    try:
        delete_draft(draft, actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=_page(draft))
    text = _("Draft, version {version}, is deleted.").format(version=version)
    return reload_at(request, reverse("rules"), text)


@require_POST
def rule_ask(request: PageRequest, version: int) -> HttpResponse:
    """Ask another person to put one's draft in force."""
    user = _who_may(request, Action.EDIT_RULES)
    draft = _found(version)
    try:
        ask_for_rules(draft, actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=_page(draft))
    return reload_at(request, _page(draft), _("Another person decides on it now."))


@require_POST
def rule_withdraw(request: PageRequest, version: int) -> HttpResponse:
    """Take one's question back."""
    user = _who_may(request, Action.EDIT_RULES)
    draft = _found(version)
    try:
        withdraw_rules(draft, actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=_page(draft))
    return reload_at(request, _page(draft), _("Withdrawn; the draft may be changed again."))


@require_POST
def rule_activate(request: PageRequest, version: int) -> HttpResponse:
    """Put in force what another person asked for, as it was when this one looked."""
    user = _who_may(request, Action.DECIDE_RULES)
    draft = _found(version)
    active, _comma, asked = request.POST.get("seen", "").partition(",")
    seen = (int(active) if active.isdecimal() and len(active) < 10 else 0, asked)
    try:
        activate_rules(draft, actor=user, seen=seen)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=_page(draft))
    text = _("Rules, version {version}, are in force from the next night on.")
    return reload_at(request, _page(draft), text.format(version=version))


@require_http_methods(["GET", "POST"])
def rule_send_back(request: PageRequest, version: int) -> HttpResponse:
    """Answer no, with the reason."""
    user = _who_may(request, Action.DECIDE_RULES)
    draft = _found(version)
    if request.method == "GET" and draft.stage != "asked":
        raise Http404
    form = ReasonForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            send_rules_back(draft, reason=form.cleaned_data["reason"], actor=user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            if request.htmx:
                return reload_at(request, _page(draft), _("Sent back to its author."))
            return drawer_saved(request, _("Sent back to its author."), back=_page(draft))
    context = {"form": form, "rules": draft, "back": _page(draft)}
    status = 422 if form.errors else 200
    return show(request, "segmentation/rules/send_back.html", "drawer", context, status=status)


@require_http_methods(["GET", "POST"])
def rule_simulation(request: PageRequest, version: int) -> HttpResponse:
    """What a draft would do to the customers one answers for; posted to have a worker find out."""
    user = user_who_may(request, Action.VIEW_RULES)
    draft = _found(version)
    address = reverse("rule_simulation", args=[version])
    if request.method == "POST":
        user = _who_may(request, Action.EDIT_RULES)
        try:
            ask_simulation(draft, actor=user)
        except RefusedError as refusal:
            return refused(request, str(refusal), back=_page(draft))
        return reload_at(request, address, _("The draft is tried on the last night."))
    simulation = _simulation(draft)
    if simulation is None:
        raise Http404
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
    simulation = _simulation(_found(version))
    if simulation is None or simulation.state != Simulation.State.DONE:
        raise Http404
    rows = _exported(user, simulation)
    return StreamingHttpResponse(
        (piece.encode() for piece in iter_csv(SIMULATED, rows, bom=True)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rules-{version}-movers.csv"'},
    )


def _exported(user: User, simulation: Simulation) -> Iterator[tuple[Any, ...]]:
    """Read while the answer is sent: in a transaction of its own, limited to the same person."""
    with acting(user_id=user.pk, actor=user.get_username()):
        for mover in reports.simulated_movers(user, simulation):
            yield simulated_cells(mover)


def _simulation(rules: RuleSet) -> Simulation | None:
    return Simulation.objects.select_related("version", "asked_by").filter(rule_set=rules).first()


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


def _who_may(request: HttpRequest, action: Action) -> User:
    """The person if they may do it for the whole company, else 403."""
    user = user_of(request)
    if not for_the_company(user, action):
        raise PermissionDenied
    return user


def _found(version: int) -> RuleSet:
    """The version, or 404."""
    people = ("author", "activated_by", "sent_back_by")
    found = RuleSet.objects.select_related(*people).filter(version=version).first()
    if found is None:
        raise Http404
    return found


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _page(rules: RuleSet) -> str:
    return reverse("rule_set", args=[rules.version])


def _whole(rules: RuleSet) -> words.Document:
    """Its document with the sections that came later, as the night reads it."""
    try:
        return dump_ruleset(load_ruleset(rules.document))
    except RulesetError:  # of a release that knew other rules: as it is written
        document: words.Document = rules.document
        return document


def _base(rules: RuleSet, found: list[RuleSet]) -> RuleSet | None:
    """What a version is compared with: of a draft the one in force, else the one before it."""
    if rules.status == RuleSet.Status.DRAFT:
        return next((one for one in found if one.status == RuleSet.Status.ACTIVE), None)
    at = rules.activated_at
    earlier = [one for one in found if one.activated_at and at and one.activated_at < at]
    return max(earlier, key=lambda one: (one.activated_at, one.version), default=None)


def _changes(rules: RuleSet, found: list[RuleSet]) -> list[words.Difference]:
    base = _base(rules, found)
    return words.compared(_whole(base), _whole(rules)) if base else []


def _acts(user: User, rules: RuleSet) -> dict[str, Any]:
    """What the person may do with the version."""
    is_draft = rules.status == RuleSet.Status.DRAFT
    is_own = rules.author_id in {None, user.pk}
    asked = rules.stage == "asked"
    may_write = for_the_company(user, Action.EDIT_RULES)
    may_decide = for_the_company(user, Action.DECIDE_RULES)
    return {
        "may_write": may_write,
        "may_edit": may_write and is_draft and is_own and not asked,
        "may_withdraw": may_write and is_own and asked,
        "may_decide": may_decide and asked and rules.author_id != user.pk,
        "seen": ",".join(map(str, to_decide_on(rules))) if asked else "",
        "deciders": deciders(rules) if asked else [],
    }


def _proposed(request: PageRequest, form: RulesForm, context: dict[str, Any]) -> HttpResponse:
    """The same page with the weights that the last night's figures propose; nothing is saved."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    if not sees_all(user):
        raise PermissionDenied
    if not form.is_valid() or form.rules is None:
        return _edit_page(request, form, context)
    try:
        weights = reports.proposed_weights(asdict(form.rules.scores))
    except RuleError as error:
        return _edit_page(request, form, context | {"no_proposal": _(error.message) % error.params})
    typed = request.POST.copy()
    for key, weight in weights.items():
        typed[f"scores.{key}"] = percent_digits(weight)
    proposed = RulesForm(typed, document=form.document)
    return _edit_page(request, proposed, context | {"is_proposal": True})


def _edit_page(request: PageRequest, form: RulesForm, context: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    page = context | {"form": form, "sections": form.sections()}
    page["may_propose"] = sees_all(user_of(request)) and can(
        user_of(request), Action.VIEW_CUSTOMERS
    )
    return render(request, "segmentation/rules/edit.html", page, status=status)
