"""The rules in force: now, in a night, and those a document puts there."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import Version
from organization.models import User
from segmentation.models import RuleSet
from segmentation.ruleset import DEFAULT_RULES, Ruleset, dump_ruleset, load_ruleset
from segmentation.services.decisions import activate_rules, start_waiting_rules
from segmentation.services.drafts import draft_rules
from segmentation.services.stages import one_at_a_time


def active_rules() -> tuple[int, Ruleset]:
    """Version and rules in force; the defaults become version 1 when there are none yet."""
    active = RuleSet.objects.active() or _first()
    return active.version, load_ruleset(active.document)


def rules_of_night(day: dt.date, *, is_replay: bool) -> tuple[int, Ruleset]:
    """Version and rules a night computes by: those in force, after any that begin with the day.

    A replay computes by those of its day: of the last night up to then that still stands.
    """
    if not is_replay:
        start_waiting_rules(day)
        return active_rules()
    nights = Version.objects.filter(status=Version.Status.PUBLISHED, business_date__lte=day)
    told = nights.exclude(rule_version=None).order_by("-business_date")
    then = told.values_list("rule_version", flat=True).first()
    of_then = RuleSet.objects.filter(version=then or 0).first()
    return (of_then.version, load_ruleset(of_then.document)) if of_then else active_rules()


@transaction.atomic
def take_rules(
    rules: Ruleset, *, activate: bool, author: User | None = None
) -> tuple[RuleSet, bool]:
    """The rule set that says this, and whether it is new; the rules in force stay as they are."""
    active_rules()
    one_at_a_time()
    active = RuleSet.objects.get(status=RuleSet.Status.ACTIVE)
    if active.document == dump_ruleset(rules):
        return active, False
    before = set(RuleSet.objects.values_list("pk", flat=True))
    draft = draft_rules(rules, author=author)
    if activate:
        return activate_rules(draft), True
    return draft, draft.pk not in before


def _first() -> RuleSet:
    """Version 1, made of the defaults; another process may have been faster."""
    with transaction.atomic():
        one_at_a_time()
        active = RuleSet.objects.active()
        if active is not None:
            return active
        return activate_rules(draft_rules(DEFAULT_RULES, note=_("as delivered")))
