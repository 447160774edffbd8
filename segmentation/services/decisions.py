"""What another person decides about rules, and what becomes of it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from core.rules import ends_in_time
from customers.services.policies import put_policies_in_force
from organization.models import User
from organization.permissions import ROLES_BY_ACTION, Action, for_the_company
from segmentation.models import RuleSet
from segmentation.ruleset import load_ruleset
from segmentation.services.stages import asked_of_another, draft_now, one_at_a_time, waits

Status = RuleSet.Status


@transaction.atomic
def activate_rules(
    rule_set: RuleSet,
    *,
    actor: User | None = None,
    seen: tuple[int, str] | None = None,
    starts_on: dt.date | None = None,
) -> RuleSet:
    """Put a draft in force and retire the one before, at once or with the night of `starts_on`.

    At once: the next night computes by it; customers are served by its policies from now on.
    A person does it for another one who asked. Without a person it is the command line, which needs
    no second one, and that is recorded. `seen` is what the person decided on (`to_decide_on`).
    """
    one_at_a_time()
    waiting = RuleSet.objects.waiting()
    if actor is None:
        draft = draft_now(rule_set)
        if waiting is not None:
            _ask_again(waiting)
    else:
        draft = asked_of_another(rule_set, actor)
        if waiting is not None:
            raise waits(waiting)
        if seen is not None and seen != to_decide_on(draft):
            raise RefusedError(
                _("The rules in force or the draft have changed: look at the differences again.")
            )
    load_ruleset(draft.document)
    draft.activated_by, draft.is_alone, draft.starts_on = actor, actor is None, starts_on
    draft.sent_back_by, draft.sent_back_reason = None, ""
    if starts_on is None:
        return _put_in_force(draft)
    if not ends_in_time(starts_on, timezone.localdate()):
        raise RefusedError(_("Choose a day from today on, within a year."))
    draft.status = Status.WAITING
    draft.save(update_fields=_DECIDED)
    return draft


@transaction.atomic
def start_waiting_rules(day: dt.date) -> RuleSet | None:
    """Put in force what was decided to count from the night of this business date, or before.

    Called by the night before it computes; None where nothing waits for it.
    """
    waiting = RuleSet.objects.waiting()
    if waiting is None or waiting.starts_on is None or waiting.starts_on > day:
        return None
    one_at_a_time()
    waiting = RuleSet.objects.waiting()  # somebody may just have taken it back
    return _put_in_force(waiting) if waiting else None


@transaction.atomic
def send_rules_back(rule_set: RuleSet, *, reason: str, actor: User) -> RuleSet:
    """Answer no, with the reason: the draft is its author's again."""
    one_at_a_time()
    return _back_to_its_author(asked_of_another(rule_set, actor), reason, actor)


@transaction.atomic
def take_rules_back(rule_set: RuleSet, *, reason: str, actor: User) -> RuleSet:
    """Before its day has come: by its author or by who may decide; it is a draft again."""
    one_at_a_time()
    waiting = RuleSet.objects.filter(pk=rule_set.pk, status=Status.WAITING).first()
    if waiting is None:
        raise RefusedError(_("This version does not wait for its day any more."))
    waiting.status, waiting.activated_by, waiting.starts_on = Status.DRAFT, None, None
    return _back_to_its_author(waiting, reason, actor)


def to_decide_on(rule_set: RuleSet) -> tuple[int, str]:
    """What a decision rests on: the version in force, and when this one was asked for."""
    active = RuleSet.objects.active()
    asked = rule_set.asked_at.isoformat() if rule_set.asked_at else ""
    return (active.version if active else 0), asked


def deciders(rule_set: RuleSet) -> list[User]:
    """Who may put the draft in force: all who may, without its author."""
    roles = ROLES_BY_ACTION[Action.DECIDE_RULES]
    people = User.objects.filter(role__in=roles, is_active=True).select_related("org_unit")
    others = people.exclude(pk=rule_set.author_id or 0).order_by("name")
    return [person for person in others if for_the_company(person, Action.DECIDE_RULES)]


_SENT_BACK = ["sent_back_by", "sent_back_reason"]
_DECIDED = ["status", "activated_at", "activated_by", "is_alone", "starts_on", *_SENT_BACK]


def _put_in_force(rule_set: RuleSet) -> RuleSet:
    RuleSet.objects.filter(status=Status.ACTIVE).update(status=Status.RETIRED)
    rule_set.status, rule_set.activated_at = Status.ACTIVE, timezone.now()
    rule_set.save(update_fields=_DECIDED)
    put_policies_in_force(load_ruleset(rule_set.document).policies)
    return rule_set


def _back_to_its_author(draft: RuleSet, reason: str, actor: User) -> RuleSet:
    draft.asked_at, draft.sent_back_by = None, actor
    draft.sent_back_reason = given_reason(reason)
    draft.save(update_fields=["asked_at", *_DECIDED])
    return draft


def _ask_again(waiting: RuleSet) -> None:
    """What it was held against is in force no more: somebody looks at it again."""
    waiting.status, waiting.activated_by, waiting.starts_on = Status.DRAFT, None, None
    waiting.save(update_fields=_DECIDED)
