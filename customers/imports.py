"""Customers, contacts and account numbers as tables come in (01 §2)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import sql
from core.tables.importer import Outcome
from core.tables.schema import Row
from core.tables.upsert import Draft, Link, LinkedImport
from customers.codes import Files, find_files
from customers.columns import ACCOUNTS, CONTACTS, CUSTOMERS
from customers.keyed_import import KeyedImport
from customers.models import Account, Contact, Customer
from customers.services import hold_places
from organization.imports import unit_ids
from organization.models import OrgUnit, User

_GROUPS_ABOVE = Path(__file__).parent / "sql" / "groups_above.sql"


class Manager(NamedTuple):
    """Somebody who may look after customers, or may not any more."""

    pk: int
    is_active: bool
    role: str


class CustomerImport(LinkedImport):
    """Customer files; a group company may stand further down in the file."""

    schema = CUSTOMERS
    model = Customer
    unique = ("code",)
    link = "parent"

    def begin(self) -> None:
        """Units and people are few: all are read once."""
        super().begin()
        hold_places()
        self.units = unit_ids(self.actor)
        people = User.objects.all()
        if self.actor:
            people = people.filter(org_unit__in=OrgUnit.objects.visible_to(self.actor))
        columns = ("username", "pk", "is_active", "role")
        self.managers = {name: Manager(*rest) for name, *rest in people.values_list(*columns)}

    def prepare(self, rows: Sequence[Row]) -> None:
        """Find the files of the batch and what they refer to."""
        codes = {row.values["code"] for row in rows}
        parents = {row.values.get("parent", "") for row in rows}
        self.files = find_files(codes | parents, actor=self.actor)
        stored = Customer.objects.filter(code__in=codes).select_related("parent")
        self.stored = {customer.code: customer for customer in stored}
        groups = [customer.parent.code for customer in self.stored.values() if customer.parent]
        self.hidden_groups = find_files(groups, actor=self.actor).hidden

    def stored_row(self, key: str) -> Customer | None:
        """The file of that code."""
        return self.stored.get(key)

    def fill(self, row: Row, stored: Customer | None, outcome: Outcome) -> dict[str, Any]:
        """The values; what the actor may not see is as absent."""
        values = dict(row.values)
        self._check_key(row, stored, outcome)
        parent = values.pop("parent", "")
        if parent in self.files.hidden and not self._keeps_group(stored):
            outcome.reject(row, "parent", _no_customer(parent))
        values["org_unit_id"] = self.units.get(values.pop("org_unit"))
        if values["org_unit_id"] is None:
            message = _("there is no unit “{code}”: import units first")
            outcome.reject(row, "org_unit", message.format(code=row.values["org_unit"]))
        if (manager := values.pop("account_manager", None)) is not None:
            values["account_manager_id"] = self._manager_id(row, manager, stored, outcome)
        if "tags" in values:
            values["tags"] = list(values["tags"])
        return values

    def _check_key(self, row: Row, stored: Customer | None, outcome: Outcome) -> None:
        """Refuse files that were merged into another, and those of others."""
        if stored is None:
            return
        if stored.code in self.files.hidden:
            outcome.reject(row, "code", _taken(stored.code))
        elif stored.merged_into_id is not None:
            survivor = self.files.seen[stored.code].code
            message = _("“{code}” was merged into “{survivor}”: write that code")
            outcome.reject(row, "code", message.format(code=stored.code, survivor=survivor))

    def _manager_id(
        self, row: Row, name: str, stored: Customer | None, outcome: Outcome
    ) -> int | None:
        """Whoever looks after the customer may stay; somebody new must be at work."""
        if not name:
            return None
        manager = self.managers.get(name)
        message = ""
        if manager is None:
            message = _("there is no user “{username}”: import users first")
        elif stored and stored.account_manager_id == manager.pk:
            return manager.pk
        elif not manager.is_active:
            message = _("“{username}” has left: name somebody who is active")
        elif manager.role == User.Role.ADMINISTRATOR:
            message = _("“{username}” is an administrator and sees no customers")
        if message:
            outcome.reject(row, "account_manager", message.format(username=name))
        return manager.pk if manager else None

    def _keeps_group(self, stored: object) -> bool:
        """Whether the group company is out of the actor's sight, and so not theirs to change."""
        parent = stored.parent if isinstance(stored, Customer) else None
        return parent is not None and parent.code in self.hidden_groups

    def target_of(self, draft: Draft) -> str | None:
        """Code of the group company: of the file, or the present one that stays as it is."""
        if "parent" not in draft.row.values or self._keeps_group(draft.stored):
            parent = draft.stored.parent if isinstance(draft.stored, Customer) else None
            return parent.code if parent else None
        code: str = draft.row.values["parent"]
        file = self.files.seen.get(code)
        return (file.code if file else code) or None

    def known(self, keys: set[str]) -> Mapping[str, Link]:
        """The group companies above the codes."""
        found: list[Any] = sql.rows(_GROUPS_ABOVE, codes=sorted(keys))
        return {code: Link(pk, parent) for code, pk, parent in found}

    def no_target(self, draft: Draft) -> str:
        """The group company does not exist."""
        return _no_customer(draft.row.values["parent"])


class ContactImport(LinkedImport):
    """Contacts, known by the customer and their name; the superior may stand further down."""

    schema = CONTACTS
    model = Contact
    unique = ("customer", "name")
    link = "reports_to"

    def prepare(self, rows: Sequence[Row]) -> None:
        """Find the customers of the batch and all their contacts."""
        self.files = find_files((row.values["customer_code"] for row in rows), actor=self.actor)
        customers = {file.pk for file in self.files.seen.values()}
        self.contacts = {
            (contact.customer_id, contact.name): contact
            for contact in Contact.objects.filter(customer__in=customers)
        }
        self.names = {contact.pk: contact.name for contact in self.contacts.values()}

    def key_of(self, row: Row) -> tuple[int | None, str]:
        """Id of the surviving file and name: two codes may mean one customer."""
        file = self.files.seen.get(row.values["customer_code"])
        return (file.pk if file else None, row.values["name"])

    def stored_row(self, key: tuple[int | None, str]) -> Contact | None:
        """The contact of that name."""
        return self.contacts.get((key[0], key[1])) if key[0] else None

    def fill(self, row: Row, stored: Contact | None, outcome: Outcome) -> dict[str, Any]:
        """The values, without the superior."""
        values = dict(row.values)
        values.pop("reports_to", None)
        values["customer_id"] = _customer_id(row, self.files, outcome)
        del values["customer_code"]
        return values

    def target_of(self, draft: Draft) -> tuple[int, str] | None:
        """The superior of the file; the present one if there is no such column."""
        if "reports_to" in draft.row.values:
            name = draft.row.values["reports_to"]
        else:
            stored = draft.stored
            name = self._superior(stored) if isinstance(stored, Contact) else None
        return (draft.key[0], name) if name else None

    def known(self, keys: set[tuple[int, str]]) -> Mapping[tuple[int, str], Link]:
        """All contacts of the customers."""
        known = {}
        for key, contact in self.contacts.items():
            superior = self._superior(contact)
            known[key] = Link(contact.pk, (key[0], superior) if superior else None)
        return known

    def no_target(self, draft: Draft) -> str:
        """The superior is no contact of this customer."""
        message = _("this customer has no contact “{name}”")
        return message.format(name=draft.row.values["reports_to"])

    def _superior(self, contact: Contact) -> str | None:
        return None if contact.reports_to_id is None else self.names[contact.reports_to_id]


class AccountImport(KeyedImport):
    """Settlement account numbers."""

    schema = ACCOUNTS
    model = Account
    unique = ("account_no",)


def _customer_id(row: Row, files: Files, outcome: Outcome) -> int | None:
    code = row.values["customer_code"]
    if file := files.seen.get(code):
        return file.pk
    outcome.reject(row, "customer_code", _no_customer(code))
    return None


def _no_customer(code: str) -> str:
    return _("there is no customer “{code}”").format(code=code)


def _taken(code: str) -> str:
    return _("“{code}” is taken").format(code=code)
