"""Rule sets: which is in force, new ones, activation."""

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError, given_reason
from customers.services.policies import put_policies_in_force
from organization.models import User
from organization.permissions import ROLES_BY_ACTION, Action, for_the_company
from segmentation.models import RuleSet
from segmentation.ruleset import (
    DEFAULT_RULES,
    Ruleset,
    RulesetError,
    dump_ruleset,
    load_ruleset,
)


def active_rules() -> tuple[int, Ruleset]:
    """Version and rules in force; the defaults become version 1 when there are none yet."""
    active = RuleSet.objects.active() or _first()
    return active.version, load_ruleset(active.document)


@transaction.atomic
def draft_rules(rules: Ruleset, *, author: User | None = None, note: str = "") -> RuleSet:
    """A draft of these rules: an existing one that says the same, else a new version."""
    _serialize()
    document = dump_ruleset(rules)
    same = RuleSet.objects.filter(status=RuleSet.Status.DRAFT, document=document).first()
    if same is not None:
        return same
    last = RuleSet.objects.aggregate(last=Max("version"))["last"] or 0
    return RuleSet.objects.create(version=last + 1, document=document, author=author, note=note)


@transaction.atomic
def write_draft(rules: Ruleset, *, note: str, actor: User) -> RuleSet:
    """A new draft of these rules; refused where a version in force or a draft says the same."""
    _serialize()
    _refuse_known(rules, note)
    last = RuleSet.objects.aggregate(last=Max("version"))["last"] or 0
    return RuleSet.objects.create(
        version=last + 1, document=dump_ruleset(rules), author=actor, note=note.strip()
    )


@transaction.atomic
def edit_draft(rule_set: RuleSet, rules: Ruleset, *, note: str, actor: User) -> RuleSet:
    """Other rules and another note for a draft of one's own."""
    draft = _own_draft(rule_set, actor)
    _refuse_asked(draft)
    _refuse_known(rules, note, besides=draft.pk)
    draft.document, draft.note = dump_ruleset(rules), note.strip()
    draft.save(update_fields=["document", "note", "author"])
    return draft


@transaction.atomic
def delete_draft(rule_set: RuleSet, *, actor: User) -> None:
    """Throw a draft of one's own away."""
    draft = _own_draft(rule_set, actor)
    _refuse_asked(draft)
    draft.delete()


@transaction.atomic
def ask_for_rules(rule_set: RuleSet, *, actor: User) -> RuleSet:
    """Ask another person to put one's draft in force; until the answer it is only read."""
    draft = _own_draft(rule_set, actor)
    _refuse_asked(draft)
    load_ruleset(draft.document)
    draft.asked_at, draft.sent_back_by, draft.sent_back_reason = timezone.now(), None, ""
    draft.save(update_fields=["asked_at", "sent_back_by", "sent_back_reason", "author"])
    return draft


@transaction.atomic
def withdraw_rules(rule_set: RuleSet, *, actor: User) -> RuleSet:
    """Take one's question back: the draft may be changed again."""
    draft = _own_draft(rule_set, actor)
    if draft.asked_at is None:
        raise RefusedError(_("Nobody is asked about this draft any more."))
    draft.asked_at = None
    draft.save(update_fields=["asked_at"])
    return draft


@transaction.atomic
def send_rules_back(rule_set: RuleSet, *, reason: str, actor: User) -> RuleSet:
    """Answer no, with the reason: the draft is its author's again."""
    _serialize()
    draft = _asked_of_another(rule_set, actor)
    draft.asked_at, draft.sent_back_by = None, actor
    draft.sent_back_reason = given_reason(reason)
    draft.save(update_fields=["asked_at", "sent_back_by", "sent_back_reason"])
    return draft


@transaction.atomic
def activate_rules(
    rule_set: RuleSet, *, actor: User | None = None, seen: tuple[int, str] | None = None
) -> RuleSet:
    """Put a draft in force and retire the one before.

    The next night computes by it; customers are served by its policies from now on.
    A person does it for another one who asked. Without a person it is the command line, which needs
    no second one, and that is recorded. `seen` is what the person decided on (`to_decide_on`).
    """
    _serialize()
    if actor is not None:
        rule_set = _asked_of_another(rule_set, actor)
        if seen is not None and seen != to_decide_on(rule_set):
            raise RefusedError(
                _("The rules in force or the draft have changed: look at the differences again.")
            )
    else:
        rule_set = _draft(rule_set)
    rules = load_ruleset(rule_set.document)
    RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).update(status=RuleSet.Status.RETIRED)
    rule_set.status, rule_set.activated_at = RuleSet.Status.ACTIVE, timezone.now()
    rule_set.activated_by, rule_set.is_alone = actor, actor is None
    rule_set.sent_back_by, rule_set.sent_back_reason = None, ""
    rule_set.save(
        update_fields=[
            *("status", "activated_at", "activated_by", "is_alone"),
            *("sent_back_by", "sent_back_reason"),
        ]
    )
    put_policies_in_force(rules.policies)
    return rule_set


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


@transaction.atomic
def take_rules(
    rules: Ruleset, *, activate: bool, author: User | None = None
) -> tuple[RuleSet, bool]:
    """The rule set that says this, and whether it is new; the rules in force stay as they are."""
    active_rules()
    _serialize()
    active = RuleSet.objects.get(status=RuleSet.Status.ACTIVE)
    if active.document == dump_ruleset(rules):
        return active, False
    before = set(RuleSet.objects.values_list("pk", flat=True))
    draft = draft_rules(rules, author=author)
    if activate:
        return activate_rules(draft), True
    return draft, draft.pk not in before


def _draft(rule_set: RuleSet) -> RuleSet:
    """As it stands now; refused once it was active."""
    now = RuleSet.objects.filter(pk=rule_set.pk).first()
    if now is None:
        raise RefusedError(_("The draft has been deleted."))
    if now.status != RuleSet.Status.DRAFT:
        raise RefusedError(
            _(
                "Rules, version {version}, were active before and are only read:"
                " import the same document again to make a new version."
            ).format(version=now.version)
        )
    return now


def _own_draft(rule_set: RuleSet, actor: User) -> RuleSet:
    """A draft of one's own; one that the command line made becomes one's own."""
    _serialize()
    draft = _draft(rule_set)
    if draft.author_id is None:
        draft.author = actor
    if draft.author_id != actor.pk:
        raise RefusedError(
            _("This is the draft of {author}: make one of your own from it.").format(
                author=draft.author
            )
        )
    return draft


def _asked_of_another(rule_set: RuleSet, actor: User) -> RuleSet:
    """A draft somebody else asks about."""
    draft = _draft(rule_set)
    if draft.asked_at is None:
        raise RefusedError(_("The author has not asked to put this draft in force."))
    if draft.author_id == actor.pk:
        raise RefusedError(_("You wrote this draft: another person decides on it."))
    return draft


def _refuse_asked(draft: RuleSet) -> None:
    if draft.asked_at is not None:
        raise RefusedError(_("This draft is before another person: withdraw the question first."))


def _refuse_known(rules: Ruleset, note: str, besides: int | None = None) -> None:
    """A version says something new, and why."""
    if not note.strip():
        raise RefusedError(_("Say in the note what the rules change and why."))
    for other in RuleSet.objects.exclude(status=RuleSet.Status.RETIRED):
        if other.pk != besides and _says(other, rules):
            raise RefusedError(
                _("Version {version} says the same already.").format(version=other.version)
            )


def _says(rule_set: RuleSet, rules: Ruleset) -> bool:
    """Whether the rule set means the same, however its numbers are written."""
    try:
        return load_ruleset(rule_set.document) == rules
    except RulesetError:
        return False


def _first() -> RuleSet:
    """Version 1, made of the defaults; another process may have been faster."""
    with transaction.atomic():
        _serialize()
        active = RuleSet.objects.active()
        if active is not None:
            return active
        return activate_rules(draft_rules(DEFAULT_RULES, note=_("as delivered")))


def _serialize() -> None:
    """Let one transaction at a time make or activate rule sets."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE segmentation_ruleset IN SHARE ROW EXCLUSIVE MODE")
