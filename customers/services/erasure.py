"""A person asks to be forgotten: what is personal goes, what the company owes and is owed stays."""

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Contact, Customer, Erasure, Merge
from organization.models import User
from organization.permissions import Action, can

_EMPTIED = (
    "title", "department", "mobile", "phone", "email", "wechat", "birthday", "channel", "language",
    "career", "specialties", "ability", "consent", "consent_source",
)  # fmt: skip


@transaction.atomic
def erase_contact(contact: Contact, *, request: str, at: dt.datetime, actor: User) -> None:
    """Empty the contact, its restricted details, relations, and its past in the history.

    `request` says how the person asked; it stays on record with the actor and the moment. The
    database forgets what the web role may not touch (migration 0011). RefusedError where the role
    may not, or it was done before.
    """
    if not can(actor, Action.ANSWER_PERSON):
        raise RefusedError(_("Your role may not do this."))
    _forget_in_merges(contact.pk)  # before the customer is locked, as a merge does
    Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=contact.customer_id)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.erased_on is not None:
        raise RefusedError(_("This person's details were erased already."))
    Contact.objects.filter(reports_to=contact).update(reports_to=None)
    for name in _EMPTIED:
        setattr(contact, name, "")
    contact.name = f"#{contact.pk}"  # pages say "Erased person" for it
    contact.is_active, contact.is_primary, contact.private_facts = False, False, 0
    contact.influence, contact.attitude, contact.person = None, None, None
    contact.reports_to, contact.is_legal_representative = None, False
    contact.do_not_contact = True
    contact.erased_on = timezone.localdate(at)
    contact.save()
    Erasure.objects.create(
        contact=contact, customer_id=contact.customer_id, user=actor, request=request, erased_at=at
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_forget_contact(%s)", [contact.pk])


def _forget_in_merges(contact: int) -> None:
    """What a merge has written over holds the person's name."""
    noting = Merge.objects.filter(changes__customers_contact__has_key=str(contact))
    for merge in noting.order_by("pk").select_for_update(of=("self",)):
        del merge.changes["customers_contact"][str(contact)]
        merge.save(update_fields=["changes"])


def posts_elsewhere(contact: Contact, *, seen: int) -> int:
    """How many more posts of this human being there are than the `seen` ones and this one."""
    if contact.person is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_posts_of(%s)", [contact.person])
        known: int = cursor.fetchone()[0]
    return max(0, known - seen - 1)
