"""Pages of a large company as its people open them, held against their bare queries (S6)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles
from typing import Any

from django.db import connection, transaction
from django.test import Client

from bench import _world
from bench.nightly import FIRST_NIGHT, MONTHS, NIGHT, published, superuser
from core.models import Version
from crm.nightly import STEPS
from crm.roles import APP
from organization.models import OrgUnit, User

CUSTOMERS, WAYBILLS, LINES, RESPONSES = 1_000_000, 5_000_000, 2_000_000, 100_000  # at scale 1
MANAGED = 200  # customers of one account manager
ROUNDS = 20
LIMIT_MS = 150  # on an idle machine
GOAL = 3.0
PAGES = {
    "my day": "/",
    "my day, one kind": "/?kind=payment_due",
    "customers": "/customers/",
    "customers, one sign": "/customers/?q=华",
    "customers, a word": "/customers/?q=国际物流",
    "customers, three signs": "/customers/?q=云杉国",
    "customers, pinyin": "/customers/?q=yunshan",
    "customers, filtered": "/customers/?status=prospect&sort=name",
    "receivables": "/receivables/",
    "tiers": "/segmentation/",
    "statistics": "/statistics/",
    "statistics over time": "/statistics/trend/",
}
Statement = tuple[str, Any]


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield a line for each page and person: times, queries, and the time of the queries alone."""
    if not Version.objects.filter(business_date=NIGHT, is_current=True).exists():
        build(scale)
        for day in (FIRST_NIGHT, NIGHT):
            published(day, STEPS)
    people = make_people()
    with as_web():
        for who, user in people.items():
            client = Client(SERVER_NAME="localhost")
            client.force_login(user)
            for page, path in PAGES.items():
                found = measure(client, path)
                yield {
                    "name": f"pages: {page}, {who}",
                    "customers": int(CUSTOMERS * scale),
                    "queries": found.queries,
                    "p50_ms": found.p50,
                    "p95_ms": found.p95,
                    "limit": max(found.bare, 0.1),
                    "ratio": round(found.p50 / max(found.bare, 0.1), 2),
                    "goal": GOAL,
                    "limit_p95_ms": LIMIT_MS,
                }


def build(scale: float) -> None:
    """The company; waybills are few, because no page counts them."""
    size = _world.Size(
        until=NIGHT,
        customers=int(CUSTOMERS * scale),
        waybills=int(WAYBILLS * scale),
        lines=int(LINES * scale),
        responses=int(RESPONSES * scale),
        months=MONTHS,
    )
    with superuser():
        with _world.without_triggers():
            _world.build(size)
            _world.add_up(size)
            set_managers(size.customers)
        for level in OrgUnit.Level.values:  # the trigger writes the paths it was kept from
            OrgUnit.objects.filter(level=level).update(path="")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def set_managers(customers: int) -> None:
    """An account manager for every MANAGED customers, at the outlet of most of them."""
    count = max(customers // MANAGED, 20)
    outlets = list(OrgUnit.objects.filter(level="outlet").order_by("code"))
    User.objects.bulk_create(
        [
            User(
                username=f"manager-{number}",
                role=User.Role.ACCOUNT_MANAGER,
                org_unit=outlets[number % len(outlets)],
                password="!",  # noqa: S106  (opens nothing)
            )
            for number in range(count)
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_customer c SET account_manager_id = m.ids[c.id %% %s + 1]"
            " FROM (SELECT array_agg(id ORDER BY id) AS ids FROM organization_user) m",
            [count],
        )


def make_people() -> dict[str, User]:
    """One person a level."""
    manager = User.objects.select_related("org_unit").get(username="manager-0")
    if manager.org_unit is None:
        raise RuntimeError(manager.username)
    units = {
        "outlet head": manager.org_unit,
        "branch head": OrgUnit.objects.get(code="B1"),
        "group head": OrgUnit.objects.get(code="HQ"),
    }
    people = {"account manager": manager}
    for name, unit in units.items():
        people[name], _made = User.objects.get_or_create(
            username=name.replace(" ", "-"),
            defaults={"role": User.Role.UNIT_MANAGER, "org_unit": unit},
        )
    return people


@contextmanager
def as_web() -> Iterator[None]:
    """Requests run as in a web process, under row-level security."""
    with superuser():
        connection.close()
        connection.settings_dict["OPTIONS"]["assume_role"] = APP
        try:
            yield
        finally:
            connection.close()
            del connection.settings_dict["OPTIONS"]["assume_role"]


@dataclass(frozen=True)
class Measured:
    """Milliseconds of a page, and of its queries on a bare cursor."""

    p50: float
    p95: float
    bare: float
    queries: int


def measure(client: Client, path: str) -> Measured:
    """Open the page some times; the slowest of few says more of the machine than of the page."""
    statements: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        _open(client, path)
    times = sorted(_open(client, path) for _round in range(ROUNDS))
    cuts = quantiles(times, n=20)
    return Measured(
        round(cuts[9], 1), round(cuts[18], 1), round(_bare(statements), 1), len(statements)
    )


def _open(client: Client, path: str) -> float:
    begun = time.perf_counter()
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code}")
    return (time.perf_counter() - begun) * 1000


def _bare(statements: list[Statement]) -> float:
    """The same queries without Django, the median of some rounds."""
    times = []
    for _round in range(ROUNDS // 2):
        with transaction.atomic(), connection.cursor() as wrapped:
            cursor = wrapped.cursor
            begun = time.perf_counter()
            for sql, params in statements:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()
            times.append((time.perf_counter() - begun) * 1000)
    return sorted(times)[len(times) // 2]
