"""The cast: one company, two branches, eight roles, and who owns which customer.

Group HQ > branch EAST > outlet EAST-1, and branch WEST > outlet WEST-1.
Alice manages customers of EAST-1, Bob is her colleague there, Wendy manages in WEST-1 and must
see nothing of EAST. Heads: Olga (outlet EAST-1), Bruno (branch EAST), Greta (group).
Fiona (finance), Sam (service agent), Ann (analyst) belong to branch EAST; Adam administers.
"""

from dataclasses import dataclass

from customers.models import Customer
from organization.models import OrgUnit, User

Level, Role = OrgUnit.Level, User.Role


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
    """A user who can sign in with the password "correct horse battery"."""
    return User.objects.create_user(
        username,
        "correct horse battery",
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
    """Everybody."""
    group = make_unit("HQ", Level.GROUP)
    east, west = make_unit("EAST", Level.BRANCH, group), make_unit("WEST", Level.BRANCH, group)
    east_outlet, west_outlet = (
        make_unit("EAST-1", Level.OUTLET, east),
        make_unit("WEST-1", Level.OUTLET, west),
    )
    alice = make_user("alice", Role.ACCOUNT_MANAGER, east_outlet)
    bob = make_user("bob", Role.ACCOUNT_MANAGER, east_outlet)
    wendy = make_user("wendy", Role.ACCOUNT_MANAGER, west_outlet)
    return Cast(
        group=group,
        east=east,
        east_outlet=east_outlet,
        west=west,
        west_outlet=west_outlet,
        alice=alice,
        bob=bob,
        wendy=wendy,
        olga=make_user("olga", Role.UNIT_MANAGER, east_outlet),
        bruno=make_user("bruno", Role.UNIT_MANAGER, east),
        walter=make_user("walter", Role.UNIT_MANAGER, west),
        greta=make_user("greta", Role.UNIT_MANAGER, group),
        fiona=make_user("fiona", Role.FINANCE, east),
        sam=make_user("sam", Role.SERVICE_AGENT, east),
        ann=make_user("ann", Role.ANALYST, east),
        adam=make_user("adam", Role.ADMINISTRATOR, None),
        acme=make_customer("ACME", east_outlet, alice),
        bolt=make_customer("BOLT", east_outlet, bob),
        wolf=make_customer("WOLF", west_outlet, wendy),
    )
