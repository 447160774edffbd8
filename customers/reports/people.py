"""One contact as a reader's role may see them: facts in groups, who knows them, other posts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.fields import MASK, FieldClass
from core.text import phone_digits
from customers.models import Acquaintance, Contact, Customer, Opening, Tie
from organization.models import User
from organization.permissions import Action, can, may_read

OPENINGS = 20  # the latest shown
SAME = 5  # who may be the same human being
_ABOUT = "title department chain_role influence language birthday career specialties ability"
_CONSENT = "consent consent_source"


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its label, what it says, and a link where one can act on it."""

    label: Any
    value: Any
    link: str = ""
    is_preferred: bool = False
    is_copied: bool = False  # one takes it along with one click


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in the card, as the reader may see them."""

    contact: Contact
    name: str
    how: str = ""


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What the page of a contact shows."""

    contact: Contact
    name: str
    call: str  # what a telephone dials; "" when the person must not be called, or cannot
    reach: list[Fact]
    about: list[Fact]
    consent: list[Fact]
    superior: Person | None
    knows: list[Person]
    posts: list[Contact]  # of the same human being, at customers the reader sees
    same: list[Contact]  # perhaps the same human being: the same mobile number
    ties: list[Tie]
    openings: list[Opening]  # for who may open


def person_name(user: User, contact: Contact) -> str:
    """The name as the reader may see it."""
    if contact.erased_on is not None:
        return _("Erased person")
    return contact.name if may_read(user, FieldClass.PERSONAL) else MASK


def person_card(user: User, contact: Contact) -> PersonCard:
    """The card of a contact the user may see, in at most five queries."""
    reach = list(_reach(user, contact))
    superior = contact.reports_to
    return PersonCard(
        contact=contact,
        name=person_name(user, contact),
        call=dialled(user, contact),
        reach=reach,
        about=list(_facts(user, contact, _ABOUT)),
        consent=list(_facts(user, contact, _CONSENT)),
        superior=Person(superior, person_name(user, superior)) if superior else None,
        knows=list(_knows(user, contact)),
        posts=_posts(user, contact),
        same=_same(user, contact),
        ties=list(_ties(user, contact)),
        openings=_openings(user, contact),
    )


def dialled(user: User, contact: Contact) -> str:
    """The digits a telephone dials; "" for who must not be called, left, or may not be read."""
    is_open = contact.is_active and not contact.do_not_contact
    if not is_open or not may_read(user, FieldClass.PERSONAL):
        return ""
    return phone_digits(contact.mobile) or phone_digits(contact.phone)


def _reach(user: User, contact: Contact) -> Iterator[Fact]:
    for name in ("mobile", "wechat", "phone", "email"):
        value = getattr(contact, name)
        if value and may_read(user, Contact.field_classes[name]):
            link = {"mobile": "tel", "phone": "tel", "email": "mailto"}.get(name, "")
            target = phone_digits(value) if link == "tel" else value
            is_address = link and not contact.do_not_contact and target
            url = f"{link}:{target}" if is_address else ""
            yield Fact(_label(name), value, url, contact.channel == name, is_copied=True)
        elif value:
            yield Fact(_label(name), MASK, is_preferred=contact.channel == name)


def _facts(user: User, contact: Contact, names: str) -> Iterator[Fact]:
    for name in names.split():
        value = getattr(contact, name)
        if value in (None, ""):
            continue
        readable = may_read(user, Contact.field_classes[name])
        yield Fact(_label(name), _worded(contact, name, value) if readable else MASK)


def _worded(contact: Contact, name: str, value: Any) -> Any:
    display = getattr(contact, f"get_{name}_display", None)
    if display:
        return display()
    return f"{value}/5" if name == "influence" else value


def _label(name: str) -> Any:
    return Contact._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # a field, no relation back


def _knows(user: User, contact: Contact) -> Iterator[Person]:
    seen = Acquaintance.objects.visible_to(user).filter(customer=contact.customer_id)
    pairs = seen.select_related("contact", "other")
    reads = may_read(user, FieldClass.PERSONAL)
    for pair in (pairs.filter(contact=contact) | pairs.filter(other=contact)).order_by("pk"):
        other = pair.other if pair.contact_id == contact.pk else pair.contact
        yield Person(other, person_name(user, other), pair.how if reads else "")


def _posts(user: User, contact: Contact) -> list[Contact]:
    if contact.person is None:
        return []
    posts = Contact.objects.visible_to(user).known().filter(person=contact.person)
    found = posts.exclude(pk=contact.pk).select_related("customer")
    return list(found.order_by("-is_active", "-left_on", "pk"))


def _same(user: User, contact: Contact) -> list[Contact]:
    """Others with the same mobile number, for who may join them."""
    if not contact.mobile or not can(user, Action.EDIT_CUSTOMER):
        return []
    found = Contact.objects.visible_to(user).known().filter(mobile=contact.mobile)
    if contact.person is not None:
        found = found.exclude(person=contact.person)
    found = found.exclude(pk=contact.pk).select_related("customer")
    return list(found.order_by("name", "pk")[:SAME])


def _ties(user: User, contact: Contact) -> Any:
    return Tie.objects.visible_to(user).filter(contact=contact).select_related("user")


def _openings(user: User, contact: Contact) -> list[Opening]:
    if not can(user, Action.OPEN_RESTRICTED):
        return []
    openings = Opening.objects.visible_to(user).filter(contact=contact).select_related("user")
    return list(openings[:OPENINGS])


def offered_representative(user: User, customer: Customer, contacts: list[Contact]) -> str:
    """The legal representative of the file who is no contact yet; "" when there is none to add."""
    name = customer.legal_representative.strip()
    if not name or not can(user, Action.EDIT_CUSTOMER):
        return ""
    known = any(person.name == name or person.is_legal_representative for person in contacts)
    return "" if known else name


def attitude_word(attitude: int | None) -> str:
    """The attitude to us in a word."""
    words = {
        -2: _("Opposed"),
        -1: _("Leans away"),
        0: _("Neutral"),
        1: _("Leans to us"),
        2: _("Supporter"),
    }
    return pgettext("attitude", "Not known") if attitude is None else words[attitude]
