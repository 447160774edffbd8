"""Drafts of the rules: written, changed, thrown away, asked about and withdrawn."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from organization.models import User
from segmentation.models import RuleSet
from segmentation.ruleset import Ruleset, RulesetError, dump_ruleset, load_ruleset
from segmentation.services.stages import one_at_a_time, own_draft


@transaction.atomic
def draft_rules(rules: Ruleset, *, author: User | None = None, note: str = "") -> RuleSet:
    """A draft of these rules: an existing one that says the same, else a new version."""
    one_at_a_time()
    document = dump_ruleset(rules)
    same = RuleSet.objects.filter(status=RuleSet.Status.DRAFT, document=document).first()
    if same is not None:
        return same
    last = RuleSet.objects.aggregate(last=Max("version"))["last"] or 0
    return RuleSet.objects.create(version=last + 1, document=document, author=author, note=note)


@transaction.atomic
def write_draft(rules: Ruleset, *, note: str, actor: User) -> RuleSet:
    """A new draft of these rules; refused where a version in force or a draft says the same."""
    one_at_a_time()
    _refuse_known(rules, note)
    last = RuleSet.objects.aggregate(last=Max("version"))["last"] or 0
    return RuleSet.objects.create(
        version=last + 1, document=dump_ruleset(rules), author=actor, note=note.strip()
    )


@transaction.atomic
def edit_draft(rule_set: RuleSet, rules: Ruleset, *, note: str, actor: User) -> RuleSet:
    """Other rules and another note for a draft of one's own."""
    draft = own_draft(rule_set, actor)
    _refuse_asked(draft)
    _refuse_known(rules, note, besides=draft.pk)
    draft.document, draft.note = dump_ruleset(rules), note.strip()
    draft.save(update_fields=["document", "note", "author"])
    return draft


@transaction.atomic
def delete_draft(rule_set: RuleSet, *, actor: User) -> None:
    """Throw a draft of one's own away."""
    draft = own_draft(rule_set, actor)
    _refuse_asked(draft)
    draft.delete()


@transaction.atomic
def ask_for_rules(rule_set: RuleSet, *, actor: User) -> RuleSet:
    """Ask another person to put one's draft in force; until the answer it is only read."""
    draft = own_draft(rule_set, actor)
    _refuse_asked(draft)
    load_ruleset(draft.document)
    draft.asked_at, draft.sent_back_by, draft.sent_back_reason = timezone.now(), None, ""
    draft.save(update_fields=["asked_at", "sent_back_by", "sent_back_reason", "author"])
    return draft


@transaction.atomic
def withdraw_rules(rule_set: RuleSet, *, actor: User) -> RuleSet:
    """Take one's question back: the draft may be changed again."""
    draft = own_draft(rule_set, actor)
    if draft.asked_at is None:
        raise RefusedError(_("Nobody is asked about this draft any more."))
    draft.asked_at = None
    draft.save(update_fields=["asked_at"])
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
