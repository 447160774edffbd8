"""What a rule set must be for an act: a draft still, one's own, asked for by another person."""

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import RefusedError
from organization.models import User
from segmentation.models import RuleSet


def one_at_a_time() -> None:
    """Let one transaction at a time make or activate rule sets."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE segmentation_ruleset IN SHARE ROW EXCLUSIVE MODE")


def draft_now(rule_set: RuleSet) -> RuleSet:
    """The draft as it stands now; refused once it was decided on."""
    now = RuleSet.objects.filter(pk=rule_set.pk).first()
    if now is None:
        raise RefusedError(_("The draft has been deleted."))
    if now.status == RuleSet.Status.WAITING:
        raise waits(now)
    if now.status != RuleSet.Status.DRAFT:
        raise RefusedError(
            _(
                "Rules, version {version}, were active before and are only read:"
                " import the same document again to make a new version."
            ).format(version=now.version)
        )
    return now


def own_draft(rule_set: RuleSet, actor: User) -> RuleSet:
    """A draft of one's own; one that the command line made becomes one's own."""
    one_at_a_time()
    draft = draft_now(rule_set)
    if draft.author_id is None:
        draft.author = actor
    if draft.author_id != actor.pk:
        raise RefusedError(
            _("This is the draft of {author}: make one of your own from it.").format(
                author=draft.author
            )
        )
    return draft


def asked_of_another(rule_set: RuleSet, actor: User) -> RuleSet:
    """A draft somebody else asks about."""
    draft = draft_now(rule_set)
    if draft.asked_at is None:
        raise RefusedError(_("The author has not asked to put this draft in force."))
    if draft.author_id == actor.pk:
        raise RefusedError(_("You wrote this draft: another person decides on it."))
    return draft


def waits(rule_set: RuleSet) -> RefusedError:
    """What to say while a version is decided on and its day has not come."""
    return RefusedError(
        _("Version {version} comes into force with the night of {day}: take it back first.").format(
            version=rule_set.version, day=rule_set.starts_on
        )
    )
