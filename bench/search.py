"""Finding customers and their people in a large company, as one types (S5)."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from pypinyin import lazy_pinyin

from bench import _names, _world
from bench.nightly import NIGHT, superuser
from bench.pages import as_web, make_people, set_managers
from core.context import acting
from customers.models import Contact, Customer
from organization.models import OrgUnit, User
from workspace.search import search

CUSTOMERS = 1_000_000  # at scale 1; each with one contact
SEARCHES = 60  # of each kind and person
LIMIT_MS = 8.0
RESPONSE_GOAL = 3.0


@dataclass(frozen=True)
class Sample:
    """A customer whose words are typed."""

    code: str
    uscc: str
    brand: str
    contact: str
    mobile: str

    @property
    def sounds(self) -> list[str]:
        """The brand's sounds, sign by sign."""
        return lazy_pinyin(self.brand)


KINDS: dict[str, Callable[[Sample], str]] = {
    "one sign": lambda s: s.brand[0],
    "two signs": lambda s: s.brand[:2],
    "three signs": lambda s: s.brand[:3],
    "brand and trade": lambda s: s.brand,
    "common word": lambda s: s.brand[2:],
    "a sound": lambda s: s.sounds[0],
    "pinyin": lambda s: "".join(s.sounds[:3]),
    "two initials": lambda s: "".join(sound[0] for sound in s.sounds[:2]),
    "initials": lambda s: "".join(sound[0] for sound in s.sounds),
    "code": lambda s: s.code,
    "beginning of a code": lambda s: s.code[:4],
    "USCC": lambda s: s.uscc[:12],
    "phone tail": lambda s: s.mobile[-4:],
    "mobile": lambda s: s.mobile,
    "contact": lambda s: s.contact,
    "nothing fits": lambda s: s.brand[::-1] + "鑫",
}


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield the filling, added customers, then a line for each kind of text and person."""
    if not Customer.objects.exists():
        build(int(CUSTOMERS * scale))
        yield filled(int(CUSTOMERS * scale))
    yield added()
    samples = list(drawn())
    with as_web():
        for who, user in make_people().items():
            for kind, typed in KINDS.items():
                texts = [typed(sample) for sample in samples]
                yield {"name": f"search: {kind}, {who}"} | searched(user, texts)
            yield {"name": f"search: response, {who}"} | answered(user, samples)


def build(customers: int) -> None:
    """Customers with contacts and managers, nothing else."""
    with superuser():
        with _world.without_triggers():
            _world.build(_world.Size(NIGHT, customers, waybills=0, lines=0, responses=0, months=1))
            set_managers(customers)
        for level in OrgUnit.Level.values:  # the trigger writes the paths it was kept from
            OrgUnit.objects.filter(level=level).update(path="")


def filled(customers: int) -> dict[str, object]:
    """The table of keys made in one go, as its migration does."""
    with superuser():
        begun = time.perf_counter()
        _world.write_keys()
        seconds = time.perf_counter() - begun
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("SELECT pg_total_relation_size('customers_searchkey')")
            size = cursor.fetchone()[0]
    return {
        "name": "search: filling the keys",
        "customers": customers,
        "seconds": round(seconds, 1),
        "rows_per_s": round(customers / seconds),
        "mb": size // 2**20,
    }


def added(number: int = 10_000) -> dict[str, object]:
    """Customers written through all triggers, against the same without keys."""
    with superuser(), connection.cursor() as cursor:
        seconds = {}
        for state in ("DISABLE", "ENABLE"):
            cursor.execute(f"ALTER TABLE customers_customer {state} TRIGGER add_keys")
            begun = time.perf_counter()
            cursor.execute("BEGIN")
            cursor.execute(_more(number))
            seconds[state] = time.perf_counter() - begun
            cursor.execute("ROLLBACK")
    return {
        "name": "search: customers written with keys",
        "customers": number,
        "seconds": round(seconds["ENABLE"], 2),
        "rows_per_s": round(number / seconds["ENABLE"]),
        "limit": round(seconds["DISABLE"], 2),
        "ratio": round(seconds["ENABLE"] / seconds["DISABLE"], 2),
    }


def _more(number: int) -> str:
    """A statement that writes so many customers like one that is there."""
    changed = (
        "'id', nextval(pg_get_serial_sequence('customers_customer', 'id')), 'code', 'NEW' || n,"
        f" 'name', {_names.NAME}, 'short_name', {_names.SHORT_NAME}, 'uscc', {_names.USCC}"
    )
    return (
        "INSERT INTO customers_customer SELECT (made.c).* FROM"  # noqa: S608  # text of this file
        " (SELECT jsonb_populate_record(NULL::customers_customer,"
        f" to_jsonb(f) || jsonb_build_object({changed})) AS c"
        f" FROM generate_series(1, {number}) n,"
        " LATERAL (SELECT * FROM customers_customer LIMIT 1) f OFFSET 0) made"
    )


def drawn() -> Iterator[Sample]:
    """Customers from anywhere in the company, the same ones each time."""
    first = Customer.objects.order_by("pk")[0].pk
    last = Customer.objects.order_by("-pk")[0].pk
    ids = random.Random(5).sample(range(first, last + 1), SEARCHES)  # noqa: S311  # a sample, no secret
    contacts = Contact.objects.filter(customer__in=ids).select_related("customer")
    for contact in contacts.order_by("pk"):
        file = contact.customer
        yield Sample(file.code, file.uscc, file.short_name, contact.name, contact.mobile)


def searched(user: User, texts: list[str]) -> dict[str, object]:
    """Milliseconds that all statements of a search take in the database."""
    times, busy = [], []
    for text in texts:
        with acting(user_id=user.pk, actor=""):
            person = _loaded(user)
            begun = _server_ms()
            with timed_statements() as spent:
                search(person, text, [])
            busy.append(_server_ms() - begun)
        times.append(sum(spent) * 1000)
    cuts = quantiles(times, n=20)
    return {
        "p50_ms": round(cuts[9], 2),
        "p95_ms": round(cuts[18], 2),
        "server_p95_ms": round(quantiles(busy, n=20)[18], 2),  # without waiting for a processor
        "limit": LIMIT_MS,
        "ratio": round(cuts[18] / LIMIT_MS, 2),
    }


def _server_ms() -> float:
    """Processor time of our connection's server process so far; 0 where that is not told."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    path = Path(f"/proc/{pid}/schedstat")
    return int(path.read_text().split()[0]) / 1e6 if path.exists() else 0.0


def answered(user: User, samples: list[Sample]) -> dict[str, object]:
    """The whole answer to the palette, against its statements and its template alone."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    whole, bare = [], []
    for sample in samples:
        text = sample.brand[:3]
        with timed_statements() as spent:
            begun = time.perf_counter()
            client.get("/search/", {"q": text}, headers={"HX-Request": "true"})
            whole.append((time.perf_counter() - begun) * 1000)
        bare.append(sum(spent) * 1000 + _template(user, text))
    cuts = quantiles(whole, n=20)
    return {
        "p50_ms": round(cuts[9], 2),
        "p95_ms": round(cuts[18], 2),
        "limit": round(median(bare), 2),
        "ratio": round(cuts[9] / median(bare), 2),
        "goal": RESPONSE_GOAL,
    }


def _template(user: User, text: str) -> float:
    """Milliseconds of the answer's template."""
    with acting(user_id=user.pk, actor=""):
        found = search(_loaded(user), text, [])
    begun = time.perf_counter()
    render_to_string("workspace/search.html#results", {"found": found, "text": text})
    return (time.perf_counter() - begun) * 1000


def _loaded(user: User) -> User:
    """The person as a request loads them: nothing remembered of the last one."""
    return User.objects.select_related("org_unit").get(pk=user.pk)


@contextmanager
def timed_statements() -> Iterator[list[float]]:
    """The seconds of each statement inside the block."""
    spent: list[float] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append(time.perf_counter() - begun)

    with connection.execute_wrapper(note):
        yield spent
