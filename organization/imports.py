"""Units and users as tables come in (01 §2)."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tables import fields
from core.tables.errors import CellError
from core.tables.fields import FieldType
from core.tables.importer import Outcome
from core.tables.schema import Column, Row, Schema
from core.tables.upsert import Draft, Link, LinkedImport, Problem, UpsertImport
from organization.models import OrgUnit, User

_RANKS = {level: rank for rank, level in enumerate(OrgUnit.Level.values)}  # 0 is the highest
_USERNAME = fields.code()
_EMAIL = fields.text(254)
_ROLE = fields.choice(User.Role)


def parse_username(cell: str) -> str:
    """Return a user name as sign-in will look for it; CellError for characters it may not have."""
    name: str = _USERNAME.parse(unicodedata.normalize("NFKC", cell))
    try:
        UnicodeUsernameValidator()(name)
    except ValidationError as error:
        message = _("“{cell}” is no user name: only letters, digits and @ . + - _ are taken")
        raise CellError(message.format(cell=cell[:40])) from error
    return name


def _parse_email(cell: str) -> str:
    address: str = _EMAIL.parse(cell)
    try:
        validate_email(address)
    except ValidationError as error:
        raise CellError(_("“{cell}” is no e-mail address").format(cell=cell[:40])) from error
    return address


def _parse_role(cell: str) -> str:
    role: str = _ROLE.parse(cell)
    if role == User.Role.ADMINISTRATOR:
        raise CellError(_("an administrator is made in the administration, not by an import"))
    if role == User.Role.SYSTEM:
        raise CellError(_("a system is made with its API key, not by an import"))
    return role


def username() -> FieldType:
    """A column of user names."""
    return FieldType(parse_username, empty="")


class OrgUnitImport(LinkedImport):
    """Units; a parent may stand further down in the file, and is of a higher or the same level."""

    schema = Schema(
        "org_units",
        (
            Column("code", gettext_lazy("Unit code"), fields.code(), required=True),
            Column("name", gettext_lazy("Unit name"), fields.text(200), required=True),
            Column("level", gettext_lazy("Level"), fields.choice(OrgUnit.Level), required=True),
            Column("parent", gettext_lazy("Parent unit"), fields.code()),
        ),
        key=("code",),
    )
    model = OrgUnit
    unique = ("code",)
    link = "parent"

    def prepare(self, rows: Sequence[Row]) -> None:
        """Units are few: the whole tree is read."""
        self.units: dict[str, OrgUnit] = {unit.code: unit for unit in OrgUnit.objects.all()}
        self.codes = {unit.pk: code for code, unit in self.units.items()}
        self.visible = (
            set(OrgUnit.objects.visible_to(self.actor).values_list("code", flat=True))
            if self.actor
            else set(self.units)
        )

    def stored_row(self, key: str) -> OrgUnit | None:
        """The unit of that code."""
        return self.units.get(key)

    def fill(self, row: Row, stored: OrgUnit | None, outcome: Outcome) -> dict[str, Any]:
        """The values; units outside the actor's part of the tree are as absent ones."""
        values = dict(row.values)
        parent = values.pop("parent", "")
        if parent in self.units and parent not in self.visible:
            outcome.reject(row, "parent", _no_unit(parent))
        if stored and stored.code not in self.visible:
            outcome.reject(row, "code", _("the code “{code}” is taken").format(code=stored.code))
        return values

    def target_of(self, draft: Draft) -> str | None:
        """The parent of the file; the present one where the file has no such column."""
        if "parent" in draft.row.values:
            return draft.row.values["parent"] or None
        stored = draft.stored
        return self._parent_code(stored) if isinstance(stored, OrgUnit) else None

    def known(self, keys: set[str]) -> Mapping[str, Link]:
        """The whole tree."""
        return {code: Link(unit.pk, self._parent_code(unit)) for code, unit in self.units.items()}

    def no_target(self, draft: Draft) -> str:
        """The parent does not exist."""
        return _no_unit(draft.row.values["parent"])

    def misfits(
        self, drafts: Mapping[str, Draft], targets: Mapping[str, str | None]
    ) -> Mapping[str, Problem]:
        """Units that would stand under a lower one, or over a higher one that is there already."""
        levels = {code: unit.level for code, unit in self.units.items()}
        levels |= {code: draft.values["level"] for code, draft in drafts.items()}
        parents = {code: self._parent_code(unit) for code, unit in self.units.items()}
        moved = {code for code in drafts if (levels[code], targets[code]) != self._place_of(code)}
        problems: dict[str, Problem] = {}
        for code, parent in {**parents, **targets}.items():
            if parent is None or _RANKS[levels[code]] >= _RANKS[levels[parent]]:
                continue
            if code in moved:
                problems[code] = ("parent", _too_low(code, parent))
            elif parent in moved:
                problems[parent] = ("level", _too_low(code, parent))
        return problems

    def _place_of(self, code: str) -> tuple[str, str | None] | None:
        unit = self.units.get(code)
        return (unit.level, self._parent_code(unit)) if unit else None

    def _parent_code(self, unit: OrgUnit) -> str | None:
        return None if unit.parent_id is None else self.codes[unit.parent_id]


class UserImport(UpsertImport):
    """Users; new ones have no password until they are invited. Administrators stay untouched."""

    schema = Schema(
        "users",
        (
            Column("username", gettext_lazy("User name"), username(), required=True),
            Column("name", gettext_lazy("Name"), fields.text(200)),
            Column("email", gettext_lazy("E-mail"), FieldType(_parse_email, empty="")),
            Column("org_unit", gettext_lazy("Home unit"), fields.code(), required=True),
            Column("role", gettext_lazy("Role"), FieldType(_parse_role), required=True),
        ),
        key=("username",),
    )
    model = User
    unique = ("username",)

    def begin(self) -> None:
        """Units are few: all are read once."""
        super().begin()
        self.units = unit_ids(self.actor)
        self.own_units = set(self.units.values())

    def prepare(self, rows: Sequence[Row]) -> None:
        """Find the users of the batch."""
        names = [row.values["username"] for row in rows]
        self.users = User.objects.in_bulk(names, field_name="username")

    def stored_row(self, key: str) -> User | None:
        """The user of that name."""
        return self.users.get(key)

    def fill(self, row: Row, stored: User | None, outcome: Outcome) -> dict[str, Any]:
        """The values; an administrator or somebody of another part of the company is refused."""
        values = dict(row.values)
        unit = values.pop("org_unit")
        values["org_unit_id"] = self.units.get(unit)
        if values["org_unit_id"] is None:
            outcome.reject(row, "org_unit", _no_unit(unit))
        if stored and stored.is_administrator:
            message = _("“{username}” is an administrator: change it in the administration")
            outcome.reject(row, "username", message.format(username=stored.username))
        elif stored and (stored.is_system or stored.org_unit_id not in self.own_units):
            message = _("the user name “{username}” is taken")
            outcome.reject(row, "username", message.format(username=stored.username))
        return values

    def build(self, values: dict[str, Any]) -> Model:
        """A user with a password nobody can type."""
        return User(password=make_password(None), **values)


def unit_ids(actor: User | None) -> dict[str, int]:
    """Ids of units by code: all, or those the actor may see."""
    units = OrgUnit.objects.visible_to(actor) if actor else OrgUnit.objects.all()
    return dict(units.values_list("code", "pk"))


def _no_unit(code: str) -> str:
    return _("there is no unit “{code}”").format(code=code)


def _too_low(code: str, parent: str) -> str:
    return _("“{code}” would stand under “{parent}”, which is of a lower level").format(
        code=code, parent=parent
    )
