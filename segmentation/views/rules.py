"""Versions of the rules: all, one in words, two compared."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can, for_the_company
from segmentation.models import RuleSet, Simulation
from segmentation.ruleset import completed, words
from segmentation.services import active_rules, deciders, to_decide_on
from segmentation.views.asked import number, version_or_404

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
                "changes": (changes := _changes(rules, _base(rules, found)))[:_SHOWN_CHANGES],
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
    rules = version_or_404(version)
    base = _base(rules, list(RuleSet.objects.all()))
    context = {
        "rules": rules,
        "base": base,
        "differences": _changes(rules, base),
        "sections": words.sections(completed(rules.document)),
        "is_tried": Simulation.objects.filter(rule_set=rules).exists(),
        **acts(user, rules),
    }
    return render(request, "segmentation/rules/version.html", context)


@require_GET
def rule_comparison(request: PageRequest) -> HttpResponse:
    """Any two versions: only where they differ."""
    user_who_may(request, Action.VIEW_RULES)
    before, after = (version_or_404(number(request, name)) for name in ("before", "after"))
    context = {
        "before": before,
        "after": after,
        "versions": RuleSet.objects.all(),
        "differences": _changes(after, before),
    }
    return render(request, "segmentation/rules/comparison.html", context)


def acts(user: User, rules: RuleSet) -> dict[str, Any]:
    """What the person may do with the version."""
    is_draft = rules.status == RuleSet.Status.DRAFT
    is_own = rules.author_id in {None, user.pk}
    asked = rules.stage == "asked"
    may_write = for_the_company(user, Action.EDIT_RULES)
    may_decide = for_the_company(user, Action.DECIDE_RULES)
    is_waiting = rules.status == RuleSet.Status.WAITING
    return {
        "may_write": may_write,
        "may_edit": may_write and is_draft and is_own and not asked,
        "may_withdraw": may_write and is_own and asked,
        "may_decide": may_decide and asked and rules.author_id != user.pk,
        "may_take_back": is_waiting and (may_decide or rules.author_id == user.pk),
        "seen": ",".join(map(str, to_decide_on(rules))) if asked else "",
        "deciders": deciders(rules) if asked else [],
    }


def _base(rules: RuleSet, found: list[RuleSet]) -> RuleSet | None:
    """What a version is compared with: what is in force, else the one that was before it."""
    if rules.status in {RuleSet.Status.DRAFT, RuleSet.Status.WAITING}:
        return next((one for one in found if one.status == RuleSet.Status.ACTIVE), None)
    at = rules.activated_at
    earlier = [one for one in found if one.activated_at and at and one.activated_at < at]
    return max(earlier, key=lambda one: (one.activated_at, one.version), default=None)


def _changes(rules: RuleSet, base: RuleSet | None) -> list[words.Difference]:
    """Where the version says something else than the base; none without one."""
    return words.compared(completed(base.document), completed(rules.document)) if base else []
