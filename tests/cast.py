"""The cast: one company, two branches, eight roles, and who owns which customer.

Group HQ > branch EAST > outlet EAST-1, and branch WEST > outlet WEST-1.
Alice manages customers of EAST-1, Bob is her colleague there, Wendy manages in WEST-1 and must
see nothing of EAST. Heads: Olga (outlet EAST-1), Bruno (branch EAST), Greta (group).
Fiona (finance), Sam (service agent), Ann (analyst) belong to branch EAST; Adam administers.
"""

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from customers.models import Customer
from organization.models import OrgUnit, User

Level, Role = OrgUnit.Level, User.Role
PASSWORD = "correct horse battery"  # noqa: S105  # of the tests


@dataclass(frozen=True)
class Cast:
    """Units, people and customers of the tests."""

    group: OrgUnit
    east: OrgUnit
    east_outlet: OrgUnit
    west: OrgUnit
    west_outlet: OrgUnit
    alice: User  # account manager, outlet EAST-1
    bob: User  # account manager, outlet EAST-1
    wendy: User  # account manager, outlet WEST-1
    olga: User  # unit manager of outlet EAST-1
    bruno: User  # unit manager of branch EAST
    walter: User  # unit manager of branch WEST
    greta: User  # unit manager of the group
    fiona: User  # finance clerk, branch EAST
    sam: User  # service agent, branch EAST
    ann: User  # analyst, branch EAST
    adam: User  # administrator
    acme: Customer  # Alice's, EAST-1
    bolt: Customer  # Bob's, EAST-1
    wolf: Customer  # Wendy's, WEST-1

    @property
    def eight_roles(self) -> dict[str, User]:
        """The roles of the route matrix."""
        return {
            "account_manager": self.alice,
            "outlet_manager": self.olga,
            "branch_manager": self.bruno,
            "group_manager": self.greta,
            "finance": self.fiona,
            "service_agent": self.sam,
            "analyst": self.ann,
            "administrator": self.adam,
        }


def make_user(username: str, role: str, unit: OrgUnit | None, **fields: object) -> User:
    """A user who can sign in with the PASSWORD."""
    return User.objects.create_user(
        username,
        PASSWORD,
        name=username.title(),
        role=role,
        org_unit=unit,
        language="en",
        **fields,
    )


def make_customer(
    code: str, unit: OrgUnit, manager: User | None = None, **fields: object
) -> Customer:
    """A customer file."""
    fields.setdefault("name", f"Customer {code}")
    return Customer.objects.create(code=code, org_unit=unit, account_manager=manager, **fields)


def make_unit(code: str, level: str, parent: OrgUnit | None = None) -> OrgUnit:
    """A unit of the tree, with the path the database gave it."""
    unit = OrgUnit.objects.create(code=code, name=f"Unit {code}", level=level, parent=parent)
    unit.refresh_from_db(fields=["path"])
    return unit


def make_cast() -> Cast:
    """Everybody, in a statement for each kind and level: nearly every test begins with it."""
    (group,) = _make_units(("HQ", Level.GROUP, None))
    east, west = _make_units(("EAST", Level.BRANCH, group), ("WEST", Level.BRANCH, group))
    east_outlet, west_outlet = _make_units(
        ("EAST-1", Level.OUTLET, east), ("WEST-1", Level.OUTLET, west)
    )
    people = {
        "alice": (Role.ACCOUNT_MANAGER, east_outlet),
        "bob": (Role.ACCOUNT_MANAGER, east_outlet),
        "wendy": (Role.ACCOUNT_MANAGER, west_outlet),
        "olga": (Role.UNIT_MANAGER, east_outlet),
        "bruno": (Role.UNIT_MANAGER, east),
        "walter": (Role.UNIT_MANAGER, west),
        "greta": (Role.UNIT_MANAGER, group),
        "fiona": (Role.FINANCE, east),
        "sam": (Role.SERVICE_AGENT, east),
        "ann": (Role.ANALYST, east),
        "adam": (Role.ADMINISTRATOR, None),
    }
    users = {name: _user(name, role, unit) for name, (role, unit) in people.items()}
    User.objects.bulk_create(users.values())
    acme, bolt, wolf = Customer.objects.bulk_create(
        Customer(code=code, name=f"Customer {code}", org_unit=unit, account_manager=manager)
        for code, unit, manager in (
            ("ACME", east_outlet, users["alice"]),
            ("BOLT", east_outlet, users["bob"]),
            ("WOLF", west_outlet, users["wendy"]),
        )
    )
    return Cast(
        group=group,
        east=east,
        east_outlet=east_outlet,
        west=west,
        west_outlet=west_outlet,
        acme=acme,
        bolt=bolt,
        wolf=wolf,
        **users,
    )


def _make_units(*units: tuple[str, str, OrgUnit | None]) -> list[OrgUnit]:
    made = OrgUnit.objects.bulk_create(
        OrgUnit(code=code, name=f"Unit {code}", level=level, parent=parent)
        for code, level, parent in units
    )
    paths = OrgUnit.objects.in_bulk([unit.pk for unit in made])
    for unit in made:
        unit.path = paths[unit.pk].path
    return made


def _user(username: str, role: str, unit: OrgUnit | None) -> User:
    return User(
        username=username,
        password=_hashed(),
        name=username.title(),
        role=role,
        org_unit=unit,
        language="en",
    )


@cache
def _hashed() -> str:
    return make_password(PASSWORD)
