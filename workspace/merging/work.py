"""What a worker does: two files become one, or two again. All of it is one transaction."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable

from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contracts.services.credit import keep_credit
from core.context import acting
from core.errors import RefusedError
from core.text import phone_digits
from customers.models import Contact, Customer, Merge
from customers.querysets import stands_below
from customers.services import hold_places
from engagement.models import Alert
from organization.models import User
from workspace.merging.moving import move_all, return_all
from workspace.merging.written import Values, put_back, write

logger = logging.getLogger(__name__)
State = Merge.State


def work_on(number: int) -> None:
    """Do what the merge waits for; nothing when another worker is at it or has done it."""
    merge = Merge.objects.busy().select_related("asked_by", "undone_by").filter(pk=number).first()
    if merge is None:
        return
    user = (merge.undone_by if merge.state == State.UNDOING else None) or merge.asked_by
    work = separate_files if merge.state == State.UNDOING else merge_files
    with translation.override(user.language or None):
        _do(merge, user, work)


def make_good() -> None:
    """What lost messages and killed workers left undone; called every minute."""
    for number in Merge.objects.busy().values_list("pk", flat=True):
        work_on(number)


def _do(merge: Merge, user: User, work: Callable[[int, dt.datetime], None]) -> None:
    actor = user.get_username()
    try:
        with acting(user_id=user.pk, actor=actor, request_id=f"merge:{merge.pk}"):
            work(merge.pk, timezone.now())
    except OperationalError as error:  # others were at the same rows: the next minute tries again
        logger.info("merge %s waits: %s", merge.pk, error)
    except RefusedError as error:
        _give_up(merge, str(error))
    except DatabaseError:
        logger.exception("merge %s failed", merge.pk)
        _give_up(merge, _("The database refused it. Nothing was changed."))


def _give_up(merge: Merge, message: str) -> None:
    """Back to what it was before somebody asked, with the reason."""
    before = State.REFUSED if merge.state == State.WAITING else State.DONE
    Merge.objects.filter(pk=merge.pk, state=merge.state).update(state=before, message=message)


@transaction.atomic
def merge_files(number: int, now: dt.datetime) -> None:
    """Make one file of two. RefusedError when one of them is merged by now."""
    hold_places()
    merge = Merge.objects.select_for_update().get(pk=number)
    if merge.state != State.WAITING:
        return
    kept, merged = _locked(merge)
    if kept.merged_into_id or merged.merged_into_id:
        raise RefusedError(_("One of the files has been merged into another meanwhile."))
    refuse_ring(kept, merged)
    _take_over(merge, kept, merged)
    _tell_names_apart(merge, kept, merged)
    _close_alerts(merge, merged, timezone.localdate(now))
    move_all(merge)
    write(merge, merged, {"merged_into_id": kept.pk, "parent_id": None} | _place(kept))
    Customer.objects.filter(merged_into=kept).exclude(pk=merged.pk).update(**_place(kept))
    keep_credit([kept.pk, merged.pk], cause="merge")
    merge.state, merge.done_at, merge.message = State.DONE, now, ""
    merge.save(update_fields=["state", "done_at", "message", "changes"])


@transaction.atomic
def separate_files(number: int, now: dt.datetime) -> None:
    """Make two files of one again. RefusedError when the one that stayed was merged on."""
    hold_places()
    merge = Merge.objects.select_for_update().get(pk=number)
    if merge.state != State.UNDOING:
        return
    kept, merged = _locked(merge)
    refuse_merged_on(kept)
    # The file first: rows that come back to one still merged would be sent on, and what follows its
    # unit and manager would be handed on.
    put_back(merge, [merged], whole=True)
    return_all(merge)
    put_back(merge)
    keep_credit([kept.pk, merged.pk], cause="merge")
    merge.state, merge.undone_at, merge.message = State.UNDONE, now, ""
    merge.save(update_fields=["state", "undone_at", "message"])


def refuse_ring(kept: Customer, merged: Customer) -> None:
    """RefusedError when the file that stays would come to stand below itself in its group."""
    if kept.parent_id != merged.pk and stands_below(kept.pk, merged.pk):
        message = _("{kept} belongs to the group of {merged}: merge them the other way round.")
        raise RefusedError(message.format(kept=kept.name, merged=merged.name))


def refuse_merged_on(kept: Customer) -> None:
    """RefusedError when the file that stayed was merged into a third."""
    if kept.merged_into is not None:
        message = _("{kept} was merged into {other} since: undo that first.")
        raise RefusedError(message.format(kept=kept.code, other=kept.merged_into.code))


def _locked(merge: Merge) -> tuple[Customer, Customer]:
    """Both files as they are now, locked in one order.

    To the one that stays rows may be added meanwhile; to the one that goes they have to wait.
    """
    found = {}
    for pk in sorted([merge.customer_id, merge.merged_id]):
        locked = Customer.objects.select_for_update(of=("self",), no_key=pk == merge.customer_id)
        found[pk] = locked.get(pk=pk)
    return found[merge.customer_id], found[merge.merged_id]


def _place(customer: Customer) -> dict[str, int | None]:
    return {"org_unit_id": customer.org_unit_id, "account_manager_id": customer.account_manager_id}


def _take_over(merge: Merge, kept: Customer, merged: Customer) -> None:
    """The chosen fields; the group company is never the file itself or one below it."""
    fields = [field for field in Customer._meta.concrete_fields if field.name in merge.taken]
    values = {str(field.column): getattr(merged, field.attname) for field in fields}
    above = values.get("parent_id", kept.parent_id)
    if above == merged.pk:
        above = merged.parent_id
    if above and stands_below(above, kept.pk):
        above = None if kept.parent_id == merged.pk else kept.parent_id
    values["parent_id"] = above
    changed = {name: value for name, value in values.items() if getattr(kept, name) != value}
    if changed:
        write(merge, kept, changed)


def _tell_names_apart(merge: Merge, kept: Customer, merged: Customer) -> None:
    """A contact whose name is taken gets the code behind it; the same phone: the same person."""
    theirs = {contact.name: contact for contact in Contact.objects.filter(customer=kept)}
    for contact in Contact.objects.filter(customer=merged, name__in=theirs):
        twin, mark = theirs[contact.name], f" ({merged.code})"
        values: Values = {"name": contact.name[: 100 - len(mark)] + mark}
        if contact.mobile and phone_digits(contact.mobile) == phone_digits(twin.mobile):
            person = twin.person or contact.person or uuid.uuid4()
            write(merge, twin, {"person": person})
            values["person"] = person
        write(merge, contact, values)


def _close_alerts(merge: Merge, merged: Customer, today: dt.date) -> None:
    """What was said of the whole file: the night says it of the one that stays, if it is so."""
    alerts = Alert.objects.filter(customer=merged, subject=merged.code)
    for alert in alerts.exclude(status=Alert.Status.CLOSED):
        values = {
            "status": Alert.Status.CLOSED.value,
            "closed_on": max(today, alert.opened_on),
            "closing_reason": Alert.ClosingReason.SUPERSEDED.value,
        }
        write(merge, alert, values)
