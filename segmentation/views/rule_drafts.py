"""Drafts of the rules: written, changed, thrown away, and brought before another person."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RefusedError
from core.htmx import refused, reload_at
from core.requests import PageRequest
from core.rules import RuleError, percent_digits
from organization.access import user_of, user_who_may
from organization.permissions import Action, can, sees_all
from segmentation import reports
from segmentation.forms.draft import RulesForm
from segmentation.forms.pairs import PairsForm
from segmentation.models import RuleSet
from segmentation.ruleset import completed, dump_ruleset
from segmentation.services import (
    active_rules,
    ask_for_rules,
    delete_draft,
    edit_draft,
    withdraw_rules,
    write_draft,
)
from segmentation.views.asked import number, page_of, posted, user_for_the_company, version_or_404
from segmentation.views.rules import acts


@require_http_methods(["GET", "POST"])
def rule_draft(request: PageRequest) -> HttpResponse:
    """A new draft; it begins as what is in force, or as the version that `from` names."""
    user = user_for_the_company(request, Action.EDIT_RULES)
    active, rules = active_rules()
    begun = number(request, "from") or active
    in_force = begun == active
    document = dump_ruleset(rules) if in_force else completed(version_or_404(begun).document)
    form = RulesForm(posted(request), document=document)
    context = {"begun": begun, "back": reverse("rules")}
    return _typed(request, form, context, partial(write_draft, actor=user))


@require_http_methods(["GET", "POST"])
def rule_edit(request: PageRequest, version: int) -> HttpResponse:
    """Change a draft of one's own."""
    user = user_for_the_company(request, Action.EDIT_RULES)
    draft = version_or_404(version)
    if not acts(user, draft)["may_edit"]:
        raise Http404
    document, note = completed(draft.document), {"note": draft.note}
    form = RulesForm(posted(request), document=document, initial=note)
    context = {"draft": draft, "back": page_of(draft)}
    return _typed(request, form, context, partial(edit_draft, draft, actor=user))


@require_POST
def rule_delete(request: PageRequest, version: int) -> HttpResponse:
    """Throw a draft of one's own away."""
    text = _("Draft, version {version}, is deleted.").format(version=version)
    return _done(request, version, delete_draft, text, to=reverse("rules"))


@require_POST
def rule_ask(request: PageRequest, version: int) -> HttpResponse:
    """Ask another person to put one's draft in force."""
    return _done(request, version, ask_for_rules, _("Another person decides on it now."))


@require_POST
def rule_withdraw(request: PageRequest, version: int) -> HttpResponse:
    """Take one's question back."""
    text = _("Withdrawn; the draft may be changed again.")
    return _done(request, version, withdraw_rules, text)


def _done(
    request: PageRequest, version: int, act: Callable[..., object], text: str, to: str = ""
) -> HttpResponse:
    """The act on a draft of one's own, said on its page or on that of `to`; or why not."""
    user = user_for_the_company(request, Action.EDIT_RULES)
    draft = version_or_404(version)
    try:
        act(draft, actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=page_of(draft))
    return reload_at(request, to or page_of(draft), text)


def _typed(
    request: PageRequest, form: RulesForm, context: dict[str, Any], save: Callable[..., RuleSet]
) -> HttpResponse:
    """The page of a draft, with proposed weights if they are asked for; what is valid is saved."""
    if "propose" in request.POST:
        return _proposed(request, form, context)
    if request.method == "POST" and form.is_valid() and form.rules is not None:
        try:
            draft = save(rules=form.rules, note=form.cleaned_data["note"])
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            text = _("Draft saved as version {version}.").format(version=draft.version)
            return reload_at(request, page_of(draft), text)
    return _edit_page(request, form, context)


def _proposed(request: PageRequest, form: RulesForm, context: dict[str, Any]) -> HttpResponse:
    """The same page with the weights that the last night's figures propose; nothing is saved."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    if not sees_all(user):
        raise PermissionDenied
    pairs = PairsForm(request.POST)
    context |= {"pairs": pairs}
    if not form.is_valid() or form.rules is None or not pairs.is_valid():
        return _edit_page(request, form, context)
    try:
        weights = reports.proposed_weights(asdict(form.rules.scores), pairs.tables)
    except RuleError as error:
        return _edit_page(request, form, context | {"no_proposal": _(error.message) % error.params})
    typed = request.POST.copy()
    for key, weight in weights.items():
        typed[f"scores.{key}"] = percent_digits(weight)
    proposed = RulesForm(typed, document=form.document)
    return _edit_page(request, proposed, context | {"is_proposal": True})


def _edit_page(request: PageRequest, form: RulesForm, context: dict[str, Any]) -> HttpResponse:
    pairs = context.get("pairs") or PairsForm()
    status = 422 if form.errors or pairs.errors else 200
    user = user_of(request)
    page = context | {
        "form": form,
        "pairs": pairs,
        "sections": form.sections(),
        "may_propose": sees_all(user) and can(user, Action.VIEW_CUSTOMERS),
    }
    return render(request, "segmentation/rules/edit.html", page, status=status)
