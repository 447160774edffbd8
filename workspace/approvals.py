"""What an approval does, by its kind; the owner of the kind does it, in the same transaction."""

from collections.abc import Callable, Mapping

from django.db import transaction

from organization.models import Approval, ApprovalKind, User
from organization.services.approvals import approve
from workspace.access_requests import access_facts, apply_access
from workspace.collecting.promises import apply_promise, promise_facts
from workspace.credit.limits import apply_limit, limit_facts
from workspace.credit.releases import apply_release, release_facts
from workspace.credit.write_offs import apply_write_off, write_off_facts
from workspace.key_accounts.deciding import apply_naming, naming_facts
from workspace.overrides.deciding import apply_override, override_facts
from workspace.policies.deviations import apply_deviation, deviation_facts

Effect = Callable[[Approval, User], None]
Facts = Callable[[Approval], list[tuple[str, str]]]


def _apply_beyond_policy(approval: Approval, actor: User) -> None:
    """A point of a service policy, or else a promise to pay on a far day."""
    apply = apply_deviation if "point" in approval.payload else apply_promise
    apply(approval, actor)


def _beyond_policy_facts(approval: Approval) -> list[tuple[str, str]]:
    facts = deviation_facts if "point" in approval.payload else promise_facts
    return facts(approval)


# A kind that somebody can ask for stands here: what a yes does, and what is asked in words.
KINDS: Mapping[str, tuple[Effect, Facts]] = {
    ApprovalKind.CREDIT_LIMIT: (apply_limit, limit_facts),
    ApprovalKind.CREDIT_RELEASE: (apply_release, release_facts),
    ApprovalKind.POLICY_DEVIATION: (_apply_beyond_policy, _beyond_policy_facts),
    ApprovalKind.TIER_OVERRIDE: (apply_override, override_facts),
    ApprovalKind.KEY_ACCOUNT: (apply_naming, naming_facts),
    ApprovalKind.WRITE_OFF: (apply_write_off, write_off_facts),
    ApprovalKind.ACCESS: (apply_access, access_facts),
}


@transaction.atomic
def approve_and_apply(approval: Approval, *, reason: str, actor: User) -> Approval:
    """Say yes and carry it out, both or neither; RefusedError says why not."""
    approval = approve(approval, reason=reason, actor=actor)
    effect, _facts = KINDS[approval.kind]
    effect(approval, actor)
    return approval


def facts_of(approval: Approval) -> list[tuple[str, str]]:
    """What is asked, in words of the reader's language."""
    _effect, facts = KINDS[approval.kind]
    return facts(approval)
