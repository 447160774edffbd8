"""How far somebody decides alone, and what goes to the next level.

What an approval does is done by the app that owns its kind, in the same transaction
(workspace/approvals.py).
"""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from organization.models import Approval, ApprovalKind, AuthorityLimit, OrgUnit, User
from organization.permissions import Action, can

Level = AuthorityLimit.Level
_FRONT_LINE = {User.Role.ACCOUNT_MANAGER, User.Role.SERVICE_AGENT}
_FINANCE_DECIDES = {
    ApprovalKind.CREDIT_LIMIT,
    ApprovalKind.CREDIT_RELEASE,
    ApprovalKind.WRITE_OFF,
}
_WITHOUT_AMOUNT = {
    ApprovalKind.TIER_OVERRIDE,
    ApprovalKind.KEY_ACCOUNT,
    ApprovalKind.POLICY_DEVIATION,
    ApprovalKind.ACCESS,
}


def may_decide(user: User, kind: str, amount: Decimal | None = None) -> bool:
    """Whether the person's level decides that alone.

    `amount` is money in the company's currency or a fraction; None is more than any limit, for
    kinds that have amounts.
    """
    level = _level_of(user, kind)
    return bool(level) and _is_within(AuthorityLimit.objects.filter(kind=kind), level, amount)


def _level_of(user: User, kind: str) -> str:
    """The level the person decides at; "" for nobody who decides."""
    if not user.is_active or user.org_unit is None:
        return ""
    if user.role in _FRONT_LINE:
        return Level.FRONT
    decides = user.role == User.Role.UNIT_MANAGER or (
        user.role == User.Role.FINANCE and kind in _FINANCE_DECIDES
    )
    return user.org_unit.level if decides else ""


def _is_within(limits: Any, level: str, amount: Decimal | None) -> bool:
    found = next((limit for limit in limits if limit.level == level), None)
    if found is None:
        return False
    return found.most is None or (amount is not None and amount <= found.most)


@transaction.atomic
def ask_approval(  # noqa: PLR0913  # all named
    *,
    kind: str,
    unit: OrgUnit,
    amount: Decimal | None,
    subject: str,
    url: str,
    key: str,
    reason: str,
    payload: dict[str, Any],
    actor: User,
) -> Approval:
    """Ask the lowest unit from `unit` upwards that decides this and has somebody to do it.

    `key` names what it is about (`credit_limit:CODE`). RefusedError when it waits already, or when
    nobody above decides it.
    """
    if not can(actor, Action.ASK_APPROVAL):
        raise RefusedError(_("Your role may not do this."))
    has_amount = kind not in _WITHOUT_AMOUNT and kind not in AuthorityLimit.RATES
    approval = Approval(
        kind=kind,
        unit=unit,
        addressee=_addressee(unit, kind, amount, actor),
        key=key,
        subject=subject,
        url=url,
        amount=amount,
        currency=settings.COMPANY_CURRENCY if has_amount else "",
        reason=reason,
        payload=payload,
        asked_by=actor,
    )
    try:
        with transaction.atomic():
            approval.save()
    except IntegrityError as error:
        if "approval_waits_once" not in str(error):
            raise
        raise RefusedError(
            _("A request about this waits already: withdraw it before you ask again.")
        ) from error
    return approval


def _addressee(unit: OrgUnit, kind: str, amount: Decimal | None, actor: User) -> OrgUnit:
    limits = list(AuthorityLimit.objects.filter(kind=kind))
    ids = [int(part) for part in unit.path.strip("/").split("/")]
    chain = OrgUnit.objects.in_bulk(ids)
    for pk in reversed(ids):
        if _is_within(limits, chain[pk].level, amount) and _has_decider(chain[pk], kind, actor):
            return chain[pk]
    raise RefusedError(
        _("Nobody above this unit may decide it. Ask an administrator to set the authority limits.")
    )


def _has_decider(unit: OrgUnit, kind: str, actor: User) -> bool:
    roles = [User.Role.UNIT_MANAGER]
    if kind in _FINANCE_DECIDES:
        roles.append(User.Role.FINANCE)
    people = User.objects.filter(org_unit=unit, role__in=roles, is_active=True)
    return people.exclude(pk=actor.pk).exists()


@transaction.atomic
def approve(approval: Approval, *, reason: str, actor: User) -> Approval:
    """Say yes; the caller carries it out. RefusedError for one's own, or what is decided."""
    return _decide(approval, Approval.State.APPROVED, reason, actor)


@transaction.atomic
def refuse(approval: Approval, *, reason: str, actor: User) -> Approval:
    """Say no, with the reason. RefusedError for one's own, or what is decided."""
    return _decide(approval, Approval.State.REFUSED, reason, actor)


@transaction.atomic
def withdraw(approval: Approval, *, actor: User) -> Approval:
    """Take one's own request back. RefusedError when it is somebody else's, or decided."""
    approval = _waiting(approval)
    if approval.asked_by_id != actor.pk:
        raise RefusedError(_("Only who has asked may take the request back."))
    return _closed(approval, Approval.State.WITHDRAWN, "", actor)


def _decide(approval: Approval, state: str, reason: str, actor: User) -> Approval:
    approval = _waiting(approval)
    if approval.asked_by_id == actor.pk:
        raise RefusedError(_("You have asked for this yourself: somebody else must decide."))
    if not Approval.objects.visible_to(actor).filter(pk=approval.pk).exists():
        raise RefusedError(_("This is beyond what you may decide."))
    return _closed(approval, state, reason, actor)


def _waiting(approval: Approval) -> Approval:
    """The request, locked; RefusedError when somebody was faster."""
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    if approval.state != Approval.State.WAITING:
        message = _("This is decided already: {state}.")
        raise RefusedError(message.format(state=approval.get_state_display()))
    return approval


def _closed(approval: Approval, state: str, reason: str, actor: User) -> Approval:
    approval.state, approval.answer = state, reason
    approval.decided_by, approval.decided_at = actor, timezone.now()
    approval.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    return approval


def approvals_waiting(user: User) -> Any:
    """Requests that wait for the person's decision, oldest first."""
    found = Approval.objects.waiting_for(user).select_related("asked_by", "unit")
    return found.order_by("asked_at", "pk")
