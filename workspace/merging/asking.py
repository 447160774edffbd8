"""Somebody asks for a merge, or for its undoing; a worker does it."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer, Merge
from organization.models import ApprovalKind, User
from organization.permissions import Action, can
from organization.services.approvals import may_decide
from workspace.merging.work import refuse_ring
from workspace.uploads import queue

TASK = "crm.tasks.work_on_merge"
State = Merge.State


@transaction.atomic
def ask_merge(kept: Customer, merged: Customer, *, taken: Iterable[str], actor: User) -> Merge:
    """Let `merged` go into `kept`, with the fields `taken` from it.

    RefusedError where the role may not, a file is out of sight, merged, or being merged.
    """
    if not can(actor, Action.MERGE):
        raise RefusedError(_("Your role may not do this."))
    taken = sorted(taken)
    _refuse_unfit(kept, merged, actor)
    if "credit_limit" in taken:
        _refuse_limit(kept, merged, actor)
    merge = Merge(
        customer=kept, merged=merged, kept_code=kept.code, merged_code=merged.code,
        taken=taken, asked_by=actor,
    )  # fmt: skip
    try:
        with transaction.atomic():
            merge.save()
    except IntegrityError as error:
        if "merge_once_at_a_time" not in str(error):
            raise
        raise RefusedError(_("This file is being merged already.")) from error
    queue.tell(merge.pk, TASK)
    return merge


def _refuse_unfit(kept: Customer, merged: Customer, actor: User) -> None:
    if kept.pk == merged.pk:
        raise RefusedError(_("Choose two different files."))
    both = Customer.objects.visible_to(actor).filter(pk__in=[kept.pk, merged.pk])
    seen = both.unmerged().in_bulk()
    if len(seen) < 2:
        raise RefusedError(_("One of the files has been merged into another meanwhile."))
    if both.headed_by(actor).count() < 2:
        raise RefusedError(_("Only a head of both units merges them: ask a higher unit."))
    refuse_ring(seen[kept.pk], seen[merged.pk])


def _refuse_limit(kept: Customer, merged: Customer, actor: User) -> None:
    """A merge gives nobody a higher limit than whoever asks for it could."""
    before, amount = kept.credit_limit, merged.credit_limit
    if amount is None or (before is not None and amount <= before):
        return
    if not may_decide(actor, ApprovalKind.CREDIT_LIMIT, amount):
        message = _("The credit limit of {other} is beyond your authority: do not take it over.")
        raise RefusedError(message.format(other=merged.code))


@transaction.atomic
def ask_undo(merge: Merge, *, actor: User) -> None:
    """Let the two files be two again. RefusedError where the role may not, or it is too late."""
    if not can(actor, Action.UNMERGE):
        raise RefusedError(_("Your role may not do this."))
    merge = Merge.objects.visible_to(actor).select_for_update().get(pk=merge.pk)
    if merge.state != State.DONE:
        raise RefusedError(_("Only a finished merge can be undone."))
    _refuse_later(merge, actor)
    merge.state, merge.undone_by, merge.message = State.UNDOING, actor, ""
    merge.save(update_fields=["state", "undone_by", "message"])
    queue.tell(merge.pk, TASK)


def _refuse_later(merge: Merge, actor: User) -> None:
    """Read off the merges: administrators see no customers."""
    of_kept = Merge.objects.visible_to(actor).filter(merged=merge.customer_id)
    if on := of_kept.filter(state__in=[State.DONE, *Merge.BUSY]).first():
        message = _("{kept} was merged into {other} since: undo that first.")
        raise RefusedError(message.format(kept=on.merged_code, other=on.kept_code))
