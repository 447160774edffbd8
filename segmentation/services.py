"""Rule sets: which is in force, new ones, activation."""

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.services.policies import put_policies_in_force
from organization.models import User
from segmentation.models import RuleSet
from segmentation.ruleset import DEFAULT_RULES, Ruleset, dump_ruleset, load_ruleset


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
def activate_rules(rule_set: RuleSet) -> RuleSet:
    """Put a draft in force and retire the one before.

    The next night computes by it; customers are served by its policies from now on.
    """
    _serialize()
    rule_set = RuleSet.objects.get(pk=rule_set.pk)
    if rule_set.status != RuleSet.Status.DRAFT:
        raise RefusedError(
            _(
                "Rules, version {version}, were active before and are only read:"
                " import the same document again to make a new version."
            ).format(version=rule_set.version)
        )
    rules = load_ruleset(rule_set.document)
    RuleSet.objects.filter(status=RuleSet.Status.ACTIVE).update(status=RuleSet.Status.RETIRED)
    rule_set.status, rule_set.activated_at = RuleSet.Status.ACTIVE, timezone.now()
    rule_set.save(update_fields=["status", "activated_at"])
    put_policies_in_force(rules.policies)
    return rule_set


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
