"""Who of us knows a contact, whom a contact knows, and when we last spoke."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Acquaintance, Contact, Tie
from organization.models import User
from organization.permissions import Action, can


@transaction.atomic
def tie(contact: Contact, *, user: User, strength: int, is_owner: bool, actor: User) -> Tie:
    """One of us knows the contact, this well; whoever was in charge before gives way."""
    _lock(contact, actor=actor)
    ties = Tie.objects.filter(contact=contact)
    if is_owner:
        ties.exclude(user=user).filter(is_owner=True).update(is_owner=False)
    values = {"strength": strength, "is_owner": is_owner, "customer_id": contact.customer_id}
    row, _created = ties.update_or_create(contact=contact, user=user, defaults=values)
    return row


@transaction.atomic
def untie(contact: Contact, *, user: int, actor: User) -> int:
    """One of us (id) does not know the contact any more; how many relations went (0 or 1)."""
    _lock(contact, actor=actor)
    number, _by_model = Tie.objects.filter(contact=contact, user=user).delete()
    return number


@transaction.atomic
def acquaint(contact: Contact, other: Contact, *, how: str, actor: User) -> Acquaintance:
    """Two contacts of one customer know each other."""
    _lock(contact, actor=actor)
    if contact.pk == other.pk or contact.customer_id != other.customer_id:
        raise RefusedError(_("Choose another contact of the same customer."))
    first, second = sorted((contact.pk, other.pk))
    values = {"how": how, "customer_id": contact.customer_id}
    row, _created = Acquaintance.objects.update_or_create(
        contact_id=first, other_id=second, defaults=values
    )
    return row


@transaction.atomic
def estrange(contact: Contact, *, other: int, actor: User) -> int:
    """The two (id of the other) do not know each other; how many acquaintances went (0 or 1)."""
    _lock(contact, actor=actor)
    pair = Q(contact=contact, other=other) | Q(contact=other, other=contact)
    number, _by_model = Acquaintance.objects.filter(pair).delete()
    return number


@transaction.atomic
def touch(contacts: Collection[Contact], *, by: User, on: dt.date) -> None:
    """We spoke with these contacts on a day: they and our relation to them remember the last."""
    for contact in sorted(contacts, key=lambda one: one.pk):
        later = Contact.objects.filter(pk=contact.pk)
        later.filter(Q(last_touch_on=None) | Q(last_touch_on__lt=on)).update(last_touch_on=on)
        row, _created = Tie.objects.get_or_create(
            contact=contact, user=by, defaults={"customer_id": contact.customer_id, "strength": 2}
        )
        if row.last_touch_on is None or row.last_touch_on < on:
            Tie.objects.filter(pk=row.pk).update(last_touch_on=on)


def _lock(contact: Contact, *, actor: User) -> None:
    """The contact's row; RefusedError where the role may not, or nothing is known any more."""
    if not can(actor, Action.EDIT_CUSTOMER):
        raise RefusedError(_("Your role may not do this."))
    if Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk).erased_on is not None:
        raise RefusedError(_("This person's details were erased: nothing is known to change."))
