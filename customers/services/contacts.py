"""Changes of a customer's people: recorded, edited, gone, moved on, joined with another post."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Contact, Customer
from organization.models import User
from organization.permissions import Action, can

OF_THE_PERSON = (
    "name", "mobile", "wechat", "birthday", "channel", "language", "career", "specialties",
    "ability", "do_not_contact", "consent", "consent_on", "consent_source",
)  # fmt: skip  # what goes along to another post; desk phone and e-mail are the company's


@transaction.atomic
def save_contact(contact: Contact, *, fields: Collection[str], actor: User) -> Contact:
    """Record a new contact, or write the changed `fields` of one.

    RefusedError when the customer has somebody of that name, or reports would go in a ring.
    """
    _lock(contact.customer_id, actor=actor)
    others = Contact.objects.filter(customer=contact.customer_id).exclude(pk=contact.pk)
    if others.filter(name=contact.name).exists():
        message = _("This customer has a contact “{name}” already: edit that one.")
        raise RefusedError(message.format(name=contact.name))
    if contact.pk and _stands_above(contact, contact.reports_to_id):
        raise RefusedError(_("They report to this person themselves: choose somebody above."))
    if contact.is_primary:
        others.filter(is_primary=True).update(is_primary=False)
    contact.save(update_fields=list(fields) if contact.pk else None)
    return contact


def _stands_above(contact: Contact, superior: int | None) -> bool:
    """Whether the contact stands somewhere above `superior`, or is it."""
    pairs = Contact.objects.filter(customer=contact.customer_id).values_list("pk", "reports_to")
    above = dict(pairs)
    seen: set[int] = set()
    while superior is not None and superior not in seen:
        if superior == contact.pk:
            return True
        seen.add(superior)
        superior = above.get(superior)
    return False


@transaction.atomic
def leave(contact: Contact, *, on: dt.date, actor: User) -> None:
    """The person does not work there any more; what is known of them stays."""
    contact = _locked(contact, actor=actor)
    _write(contact, is_active=False, left_on=on, is_primary=False)


@transaction.atomic
def come_back(contact: Contact, *, actor: User) -> None:
    """The person works there after all. RefusedError for somebody who was erased."""
    contact = _locked(contact, actor=actor)
    _write(contact, is_active=True, left_on=None)


@transaction.atomic
def move_on(contact: Contact, *, to: Customer, title: str, on: dt.date, actor: User) -> Contact:
    """The person works for another customer now: a post there, joined with the one left.

    What was told in confidence stays in the file where it was told. RefusedError when the other
    customer has somebody of that name, or is the same.
    """
    if to.pk == contact.customer_id:
        raise RefusedError(_("They work there already: choose another customer."))
    for customer in sorted((contact.customer_id, to.pk)):
        _lock(customer, actor=actor)
    contact = _locked(contact, actor=actor)
    person = contact.person or uuid.uuid4()
    post = Contact(customer=to, title=title, person=person)
    for name in OF_THE_PERSON:
        setattr(post, name, getattr(contact, name))
    save_contact(post, fields=(), actor=actor)
    _write(contact, is_active=False, left_on=on, is_primary=False, person=person)
    return post


@transaction.atomic
def join_posts(contact: Contact, other: Contact, *, actor: User) -> None:
    """Both are posts of one human being; whoever was joined with either belongs to all."""
    for customer in sorted({contact.customer_id, other.customer_id}):
        _lock(customer, actor=actor)
    contact, other = _locked(contact, actor=actor), _locked(other, actor=actor)
    person = contact.person or other.person or uuid.uuid4()
    known = {number for number in (contact.person, other.person) if number}
    seen = Contact.objects.visible_to(actor)
    ids = set(seen.filter(person__in=known).values_list("pk", flat=True)) | {contact.pk, other.pk}
    Contact.objects.filter(pk__in=ids).order_by("pk").update(person=person)


@transaction.atomic
def part_post(contact: Contact, *, actor: User) -> None:
    """The post is not of that human being: it stands for itself again."""
    _write(_locked(contact, actor=actor), person=None)


def _lock(customer: int, *, actor: User) -> None:
    """The customer's row, against changes of its people at the same moment."""
    if not can(actor, Action.EDIT_CUSTOMER):
        raise RefusedError(_("Your role may not do this."))
    Customer.objects.select_for_update(no_key=True, of=("self",)).get(pk=customer)


def _locked(contact: Contact, *, actor: User) -> Contact:
    """The contact as it stands now, behind its customer's lock."""
    _lock(contact.customer_id, actor=actor)
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.erased_on is not None:
        raise RefusedError(_("This person's details were erased: nothing is known to change."))
    return contact


def _write(contact: Contact, **values: object) -> None:
    for name, value in values.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(values))
