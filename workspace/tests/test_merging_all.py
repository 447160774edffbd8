"""Whatever hangs on two files: merged, it is the staying file's; separated, it is as it was."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.models import Promise
from contracts.services import Word, judge_promises, make_promise
from contracts.tests.make import day, make_line
from customers.models import CreditEvent, Customer, Merge
from shipments.tests.make import load, waybill
from tests.cast import Cast
from workspace.merging.asking import ask_merge, ask_undo
from workspace.merging.relations import FOLLOWS, MOVES, STAYS, WAYBILLS
from workspace.merging.work import work_on
from workspace.tests.filling import make_row

pytestmark = pytest.mark.django_db

TABLES = [relation.table for relation in MOVES if relation.table != "customers_customer"]
KEPT_TOO = [place.partition(".")[0] for place in STAYS if place.startswith("customers_")]
FOLLOWING = [relation.place.partition(".")[0] for relation in FOLLOWS]
LOOKED_AT = sorted(
    {*TABLES, *KEPT_TOO, *FOLLOWING, "customers_customer", "surveys_answer", "shipments_waybill"}
    - {"customers_merge", "customers_mergedrows", "customers_moving"}
)
FILES = ("kept", "merged", "third")


def snapshot() -> dict[str, set[str]]:
    """Every row of every table as text, and the sums of the waybills."""
    found = {}
    with connection.cursor() as cursor:
        for table in LOOKED_AT:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")  # noqa: S608  # names of tables come from the models
            found[table] = {row for (row,) in cursor.fetchall()}
        cursor.execute(
            "SELECT customer_id, month, sum(shipments), sum(revenue) FROM shipments_customermonth"
            " GROUP BY 1, 2 HAVING sum(shipments) <> 0"
        )
        found["months"] = {str(row) for row in cursor.fetchall()}
    return found


def named_in(place: str, pk: int) -> int:
    table, _dot, column = place.partition(".")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [pk])  # noqa: S608  # names of tables come from the models
        return cursor.fetchone()[0]


def fill(cast: Cast, world: list[tuple[str, str, int]]) -> dict[str, Customer]:
    """The rows of a random world: (file, table, number)."""
    files = {"kept": cast.acme, "merged": cast.bolt, "third": cast.wolf}
    for name, table, number in world:
        if table == "shipments_waybill":
            sender = files[name]
            load(waybill(f"W-{name}-{number}", sender, "2026-03-01", consignee_id=cast.acme.pk))
        else:
            with suppress(IntegrityError), transaction.atomic():  # two numbers, the same row
                make_row(table, files[name], number)
    return files


ROWS = st.lists(
    st.tuples(
        st.sampled_from(FILES), st.sampled_from([*TABLES, "shipments_waybill"]), st.integers(0, 2)
    ),
    max_size=25,
    unique=True,
)

ABOVE = [  # who belongs to whose group
    [],
    [("third", "merged")],
    [("merged", "third")],
    [("kept", "merged")],
    [("merged", "kept")],
    [("kept", "merged"), ("merged", "third")],
    [("merged", "third"), ("third", "kept")],
]


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    world=ROWS,
    above=st.sampled_from(ABOVE),
    taken=st.sets(st.sampled_from(["name", "phone", "tags", "parent", "org_unit", "deposit"])),
)
def test_merged_and_separated_every_row_is_where_it_was(cast: Cast, world, above, taken):
    with transaction.atomic():
        files = fill(cast, world)
        for below, parent in above:
            Customer.objects.filter(pk=files[below].pk).update(parent=files[parent])
        before = snapshot()
        merge = ask_merge(files["kept"], files["merged"], taken=taken, actor=cast.greta)
        work_on(merge.pk)
        merge.refresh_from_db()
        assert merge.state == Merge.State.DONE, merge.message
        check_moved(merge)
        ask_undo(merge, actor=cast.adam)
        work_on(merge.pk)
        merge.refresh_from_db()
        assert merge.state == Merge.State.UNDONE, merge.message
        after = snapshot()
        assert {t: before[t] ^ after[t] for t in before if before[t] != after[t]} == {}
        transaction.set_rollback(True)


def check_moved(merge: Merge) -> None:
    """Nothing names the file that went but what the database allows once only."""
    for place in WAYBILLS:
        assert named_in(place, merge.merged_id) == 0
    for relation in MOVES:
        if relation.once_per is None:
            assert (
                named_in(relation.place, merge.merged_id) == 0
                or relation.column == "merged_into_id"
            )
    for relation in FOLLOWS:
        assert named_in(relation.place, merge.merged_id) == 0


@pytest.mark.parametrize("table", TABLES)
def test_each_relation_by_itself_moves_and_comes_back(cast: Cast, table: str):
    make_row(table, cast.bolt, 1)
    before = snapshot()
    merge = ask_merge(cast.acme, cast.bolt, taken=[], actor=cast.greta)
    work_on(merge.pk)
    assert snapshot()[table] != before[table]
    ask_undo(merge, actor=cast.adam)
    work_on(merge.pk)
    assert snapshot() == before


def test_evidence_goes_back_with_the_promise_it_is_of(cast: Cast):
    """Also what was found while the two were one file."""
    line = make_line(cast.bolt, "L1", "2025-10-01", "100")
    word = Word(Decimal(100), "CNY", day("2025-10-15"), line)
    make_promise(cast.bolt, word, today=day("2025-10-10"), actor=cast.alice)
    merge = ask_merge(cast.acme, cast.bolt, taken=[], actor=cast.greta)
    work_on(merge.pk)
    judge_promises([cast.acme.pk], day=day("2025-11-01"))
    assert CreditEvent.objects.get().customer == cast.acme
    ask_undo(merge, actor=cast.adam)
    work_on(merge.pk)
    assert CreditEvent.objects.get().customer == cast.bolt
    judge_promises([cast.bolt.pk], day=day("2025-11-02"))
    assert Promise.objects.get().evidence == CreditEvent.objects.get()
