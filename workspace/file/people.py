"""The people of a customer on its file: who they are, what is missing, what to click for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Contact, Customer, Tie
from customers.reports.chain import chain_gaps, with_colleagues
from customers.reports.people import attitude_word, dialled, offered_representative, person_name
from customers.rules.chain import SILENT_AFTER, Gap
from organization.models import User
from organization.permissions import Action, can
from workspace.profile import personal


@dataclass(frozen=True, slots=True)
class GapAction:
    """A gap in words, with the one thing to click; without `url` where the role may not."""

    label: str
    verb: str
    url: str
    in_drawer: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A contact as the reader's role may see them."""

    contact: Contact
    name: str
    boss: str
    call: str
    mobile: str
    others: list[tuple[str, str]]  # further ways to reach: icon and text
    attitude: str
    colleagues: list[str]


def gap_action(user: User, customer: Customer, gap: Gap) -> GapAction:
    """What the gap says on a page, and what closes it."""
    add = reverse("contact_new", args=[customer.pk])
    people = reverse("customer_section", args=[customer.pk, "contacts"])
    label, verb, url, in_drawer = {
        Gap.NO_DECIDER: (
            _("Nobody who decides is known"),
            _("Add who decides"),
            f"{add}?role=decider",
            True,
        ),
        Gap.ONE_CONTACT: (_("Only one person is known"), _("Add another contact"), add, True),
        Gap.SINGLE_THREAD: (
            _("Only one of us knows anybody here"),
            _("Say who else knows them"),
            people,
            False,
        ),
        Gap.SILENT: (
            _("No word with who decides for {days} days").format(
                days=SILENT_AFTER.get(customer.tier, 0)
            ),
            _("Log a talk"),
            f"{reverse('customer', args=[customer.pk])}?kind=call#composer",
            False,
        ),
    }[gap]
    needed = Action.WRITE_NOTE if gap == Gap.SILENT else Action.EDIT_CUSTOMER
    return GapAction(label, verb, url if can(user, needed) else "", in_drawer)


def people(user: User, customer: Customer) -> dict[str, Any]:
    """What the section of contacts shows, in three queries."""
    known = Contact.objects.visible_to(user).known().filter(customer=customer)
    known = known.select_related("reports_to")
    influence = F("influence").desc(nulls_last=True)
    contacts = list(with_colleagues(known, user).order_by("-is_primary", influence, "name"))
    gaps = chain_gaps(user, customer, timezone.localdate(), contacts)
    colleagues = _colleagues(user, customer)
    rows = [_row(user, contact, colleagues.get(contact.pk, [])) for contact in contacts]
    return {
        "people": [row for row in rows if row.contact.is_active],
        "left": [row for row in rows if not row.contact.is_active],
        "gaps": [gap_action(user, customer, gap) for gap in gaps],
        "representative": offered_representative(user, customer, contacts),
        "may_edit_people": can(user, Action.EDIT_CUSTOMER),
    }


def _colleagues(user: User, customer: Customer) -> dict[int, list[str]]:
    """Who of us knows each contact (id), the closest first."""
    found: dict[int, list[str]] = {}
    ties = Tie.objects.visible_to(user).filter(customer=customer).select_related("user")
    for tie in ties:
        found.setdefault(tie.contact_id, []).append(str(tie.user))
    return found


def _row(user: User, contact: Contact, colleagues: Sequence[str]) -> Row:
    boss = contact.reports_to
    icons = {"wechat": "brand-wechat", "phone": "phone", "email": "mail"}
    others = [(icon, getattr(contact, name)) for name, icon in icons.items()]
    return Row(
        contact=contact,
        name=person_name(user, contact),
        boss=person_name(user, boss) if boss else "",
        call=dialled(user, contact),
        mobile=personal(user, contact.mobile),
        others=[(icon, personal(user, text)) for icon, text in others if text],
        attitude=attitude_word(contact.attitude) if contact.attitude is not None else "",
        colleagues=list(colleagues),
    )
