"""A load compares rows with what is stored and writes what differs."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from conftest import as_role
from core.context import acting
from shipments.models import CustomerMonth, Waybill
from shipments.services import Load
from shipments.tests.make import at, load, recounted, rollups, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_new_waybills_are_stored_with_their_dates_in_shanghai(cast: Cast):
    result = load(
        waybill(
            "W1",
            cast.acme,
            "2025-08-31 15:30+00:00",
            promised_at="2025-09-02 16:00+00:00",
            delivered_at="2025-09-03 00:10+08:00",
        ),
        waybill("W2", cast.acme, "2025-08-31 16:00+00:00"),
    )
    assert (result.created, result.updated, result.unchanged) == (2, 0, 0)
    first, second = Waybill.objects.order_by("waybill_no")
    assert str(first.accepted_on) == "2025-08-31"
    assert first.month == 2025 * 12 + 7
    assert str(first.promised_on) == str(first.delivered_on) == "2025-09-03"
    assert str(second.accepted_on) == "2025-09-01"
    assert second.month == 2025 * 12 + 8
    assert (first.customer, first.payer, first.service) == (cast.acme, "shipper", "standard")


def test_the_same_load_again_changes_nothing(cast: Cast):
    rows = [waybill(f"W{n}", cast.acme, f"2025-08-{n:02} 10:00") for n in range(1, 20)]
    load(*rows)
    addends = CustomerMonth.objects.count()
    result = load(*rows)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 19)
    assert CustomerMonth.objects.count() == addends


def test_a_correction_changes_one_row_and_its_month(cast: Cast):
    load(*[waybill(f"W{n}", cast.acme, f"2025-08-{n:02} 10:00") for n in range(1, 4)])
    result = load(
        waybill("W2", cast.acme, "2025-08-02 10:00", revenue=Decimal("15.50")),
        waybill("W3", cast.acme, "2025-08-03 10:00"),
        waybill("W4", cast.acme, "2025-08-04 10:00"),
    )
    assert (result.created, result.updated, result.unchanged) == (1, 1, 1)
    assert Waybill.objects.get(waybill_no="W2").revenue == Decimal("15.50")
    assert rollups()[cast.acme.pk, 2025 * 12 + 7, "CNY"][:4] == (4, 0, 0, Decimal("45.50"))


def test_a_corrected_day_of_acceptance_moves_the_row_to_its_month(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-31 10:00"), waybill("W2", cast.acme, "2025-08-31 10:00"))
    result = load(waybill("W1", cast.acme, "2025-09-01 10:00"))
    assert result.updated == 1
    assert Waybill.objects.filter(waybill_no="W1").count() == 1
    assert {month for _pk, month, _currency in rollups()} == {2025 * 12 + 7, 2025 * 12 + 8}
    back = load(waybill("W1", cast.acme, "2025-08-31 10:00"))  # its number knows where it lies
    assert back.updated == 1
    assert (
        rollups()
        == recounted()
        == {(cast.acme.pk, 2025 * 12 + 7, "CNY"): (2, 0, 0, 20, 0, 2, 0, 0, 0)}
    )


def test_an_older_message_of_the_same_source_never_overwrites_a_newer_one(cast: Cast):
    def message(sequence: int | None, status: str, source: str = "tms") -> dict[str, object]:
        return waybill(
            "W1", cast.acme, "2025-08-01 10:00", status=status, source=source, source_seq=sequence
        )

    load(message(5, "delivered"))
    older = load(message(4, "in_transit"))
    assert (older.updated, older.unchanged, older.stale) == (0, 1, 1)
    assert Waybill.objects.get().status == "delivered"
    assert load(message(1, "returned", source="pda")).updated == 1
    assert load(message(7, "delivered")).updated == 1
    assert load(message(None, "lost")).updated == 1  # a message without a number is always taken


def test_the_last_row_of_a_number_counts_unless_its_source_said_more_before(cast: Cast):
    rows = [
        waybill(
            "W1",
            cast.acme,
            "2025-08-01 10:00",
            revenue=Decimal(revenue),
            source="tms",
            source_seq=seq,
        )
        for revenue, seq in [(1, 1), (2, 9), (3, 3)]
    ]
    result = load(*rows, waybill("W2", cast.acme, "2025-08-01 10:00"))
    assert (result.rows, result.created, result.updated, result.unchanged) == (4, 2, 0, 2)
    assert Waybill.objects.get(waybill_no="W1").revenue == 2
    again = load(*rows, waybill("W2", cast.acme, "2025-08-01 10:00"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)


def test_columns_that_are_left_out_keep_their_values(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-01 10:00", cost=Decimal(4), exception="delay", pieces=3))
    narrow = {
        "line": 0,
        "waybill_no": "W1",
        "shipper_id": cast.acme.pk,
        "accepted_at": at("2025-08-02 10:00"),
        "revenue": Decimal(12),
    }
    assert load(narrow, narrow | {"waybill_no": "W2"}).created == 1
    kept, new = Waybill.objects.order_by("waybill_no")
    assert (kept.revenue, kept.cost, kept.exception, kept.pieces) == (12, 4, "delay", 3)
    assert (new.cost, new.exception, new.status, new.currency) == (None, "", "accepted", "CNY")


def test_the_payer_decides_for_whom_a_waybill_counts(cast: Cast):
    def paid(number: str, **values: object) -> dict[str, object]:
        row = waybill(number, cast.acme, "2025-08-01 10:00")
        return row | {"payer": "shipper", "consignee_id": cast.bolt.pk, "billed_id": None} | values

    load(
        paid("W1"), paid("W2", payer="consignee"), paid("W3", payer="third", billed_id=cast.wolf.pk)
    )
    assert list(
        Waybill.objects.order_by("waybill_no").values_list("customer__code", flat=True)
    ) == [
        "ACME",
        "BOLT",
        "WOLF",
    ]
    assert load(paid("W2")).updated == 1
    assert rollups() == recounted()
    assert {pk for pk, _month, _currency in rollups()} == {cast.acme.pk, cast.wolf.pk}


def test_a_row_without_a_payer_is_named_and_leaves_no_number_behind(cast: Cast):
    row = waybill("W1", cast.acme, "2025-08-01 10:00") | {"payer": "consignee"}
    result = load(row, row | {"waybill_no": "W2", "payer": "shipper"})
    assert result.unpaid == [(2, "consignee")]
    assert (result.created, result.unchanged) == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT waybill_no FROM shipments_waybillkey")
        assert cursor.fetchall() == [("W2",)]


def test_someone_elses_waybill_is_not_overwritten_on_behalf_of_a_stranger(cast: Cast):
    load(waybill("W1", cast.wolf, "2025-08-01 10:00"))
    row = waybill("W1", cast.acme, "2025-08-01 10:00", revenue=Decimal(99))
    loading = Load(tuple(row), actor=cast.alice)
    loading.add([[*(row | {"line": 7}).values()]])
    result = loading.finish()
    assert (result.hidden, result.updated, result.created) == ([7], 0, 0)
    assert Waybill.objects.get().customer == cast.wolf


def test_cancelled_waybills_count_nowhere(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-01 10:00"), waybill("W2", cast.acme, "2025-08-02 10:00"))
    load(waybill("W2", cast.acme, "2025-08-02 10:00", status="cancelled"))
    assert rollups()[cast.acme.pk, 2025 * 12 + 7, "CNY"][0] == 1
    load(waybill("W2", cast.acme, "2025-08-02 10:00", status="delivered"))
    assert rollups()[cast.acme.pk, 2025 * 12 + 7, "CNY"][0] == 2


def test_deleted_waybills_leave_the_rollup_and_give_their_number_back(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-01 10:00"), waybill("W2", cast.acme, "2025-08-02 10:00"))
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM shipments_waybill WHERE waybill_no = 'W1'")
    assert rollups() == recounted()
    assert load(waybill("W1", cast.acme, "2025-09-01 10:00")).created == 1


def test_a_customer_or_unit_that_a_waybill_names_cannot_be_deleted(cast: Cast):
    unit = cast.west_outlet
    load(
        waybill("W1", cast.acme, "2025-08-01 10:00")
        | {"payer": "shipper", "consignee_id": cast.wolf.pk, "pickup_unit_id": unit.pk}
    )
    for named in (cast.acme, cast.wolf):
        with pytest.raises(IntegrityError, match="has waybills"), transaction.atomic():
            named.delete()
    with (
        pytest.raises(IntegrityError, match="has waybills"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM organization_orgunit WHERE id = %s", [unit.pk])
    cast.bolt.delete()


def test_the_web_role_sees_only_waybills_and_months_of_visible_customers(cast: Cast):
    load(waybill("W1", cast.acme, "2025-08-01 10:00"), waybill("W2", cast.wolf, "2025-08-01 10:00"))
    with acting(user_id=cast.alice.pk, actor="alice"), as_role("crm_app"):
        assert [w.waybill_no for w in Waybill.objects.all()] == ["W1"]
        assert [m.customer_id for m in CustomerMonth.objects.all()] == [cast.acme.pk]
        with connection.cursor() as cursor:
            cursor.execute("SELECT customer_id FROM shipments_window('2025-08-31', 'CNY')")
            assert cursor.fetchall() == [(cast.acme.pk,)]


@pytest.mark.parametrize("role", ["crm_app", "crm_job"])
@pytest.mark.parametrize(
    "statement", ["SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"]
)
def test_partitions_are_not_reached_past_the_parent(cast: Cast, role: str, statement: str):
    load(waybill("W1", cast.acme, "2025-08-01 10:00"))
    with (
        as_role(role),
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("shipments_waybill_202508"))


def test_the_web_role_writes_neither_rollups_nor_numbers(cast: Cast):
    for statement in (
        "UPDATE shipments_customermonth SET shipments = 0",
        "DELETE FROM shipments_waybillkey",
    ):
        with (
            as_role("crm_app"),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
