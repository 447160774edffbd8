"""The kinds of tables people may upload, who may, and what a row is called by (decision 16)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, PlanLine, Receipt
from core.tables.schema import Schema
from customers.models import Account, Contact, Customer
from engagement.models import Note
from organization.models import OrgUnit, User
from organization.permissions import Action, can, sees_all
from shipments.models import Waybill
from surveys.models import Answer
from workspace.imports import IMPORTS


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name in 01 §2, its words, and how its rows are found and shown.

    `key` and `customer` are paths from the model; `customer` is "" where rows belong to none.
    """

    name: str
    label: object
    model: type[Model]
    key: tuple[str, ...]
    customer: str = "customer_id"
    has_history: bool = True  # else changes are read off the rows themselves
    withheld: frozenset[str] = frozenset()  # columns for those who may decide on them

    @property
    def whole_schema(self) -> Schema:
        """All its columns."""
        return IMPORTS[self.name].schema

    @property
    def schema(self) -> Schema:
        """The columns the person may fill."""
        if not self.withheld:
            return self.whole_schema
        columns = (c for c in self.whole_schema.columns if c.name not in self.withheld)
        return replace(self.whole_schema, columns=tuple(columns))


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("customers", _("Customers"), Customer, ("code",), "id"),
        Kind("contacts", _("Contacts"), Contact, ("customer__code", "name")),
        Kind("accounts", _("Account numbers"), Account, ("account_no",)),
        Kind("contracts", _("Contracts"), Contract, ("contract_no",)),
        Kind("plan_lines", _("Plan lines"), PlanLine, ("line_no",)),
        Kind("receipts", _("Receipts"), Receipt, ("receipt_no",)),
        Kind("waybills", _("Waybills"), Waybill, ("waybill_no",), has_history=False),
        Kind("notes", _("Notes"), Note, ("note_no",)),
        Kind(
            "survey_responses", _("Survey answers"), Answer, ("response__response_no", "question")
        ),
        Kind("org_units", _("Units"), OrgUnit, ("code",), ""),
        Kind("users", _("Users"), User, ("username",), ""),
    )
}
OF_ADMINISTRATORS = frozenset({"org_units", "users"})  # they decide who may do what, and where
_OF_UNIT_MANAGERS = frozenset({"customers", "contacts", "accounts", "contracts", "notes"})
_OF_FINANCE = frozenset({"contracts", "plan_lines", "receipts"})
_OF_GROUP_LEVEL = {"customers": frozenset({"credit_limit", "deposit"})}


def _names_for(user: User) -> frozenset[str]:
    if not can(user, Action.IMPORT):
        return frozenset()
    if user.is_administrator:
        return frozenset(KINDS)
    if user.role == User.Role.FINANCE:
        return _OF_FINANCE
    return frozenset(KINDS) - OF_ADMINISTRATORS if sees_all(user) else _OF_UNIT_MANAGERS


def kinds_for(user: User) -> list[Kind]:
    """What the person may import, in the order of KINDS."""
    names = _names_for(user)
    kinds = [kind for kind in KINDS.values() if kind.name in names]
    if user.is_administrator or sees_all(user):
        return kinds
    return [replace(kind, withheld=_OF_GROUP_LEVEL.get(kind.name, frozenset())) for kind in kinds]


def kind_for(user: User, name: str) -> Kind | None:
    """The kind with the columns the person may fill; None if they may not import it."""
    return next((kind for kind in kinds_for(user) if kind.name == name), None)


def may_import(user: User, kind: str) -> bool:
    """Whether the person may import tables of this kind."""
    return user.is_active and kind in _names_for(user)
