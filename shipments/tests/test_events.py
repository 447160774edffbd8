"""What happens to a waybill on its way, and what that says of the waybill."""

from decimal import Decimal

import pytest

from conftest import as_role
from core.context import acting
from shipments.models import Waybill, WaybillEvent
from shipments.services import Event, load_events
from shipments.tests.make import at, load, recounted, rollups, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def told(moment: str, kind: str, **values: object) -> list[str]:
    """One message about W1."""
    return load_events([Event("W1", kind, at(moment), **values)])


def state() -> tuple[str, str, str]:
    """Status, day of delivery and exception of W1."""
    stored = Waybill.objects.get(waybill_no="W1")
    return stored.status, str(stored.delivered_on or ""), stored.exception


@pytest.fixture
def sent(cast: Cast) -> dict:
    """W1, accepted on the first and promised for the third."""
    row = waybill("W1", cast.acme, "2025-08-01 10:00", promised_at="2025-08-03 18:00")
    load(row)
    return row


def test_events_move_the_waybill_along_and_count_in_its_month(sent: dict):
    assert told("2025-08-01 12:00", "reached", stage="packing") == ["created"]
    assert state() == ("accepted", "", "")
    told("2025-08-01 20:00", "reached", stage="line_haul", place="Hangzhou")
    assert state() == ("in_transit", "", "")
    told("2025-08-02 09:00", "exception", exception="delay", note="Rain")
    told("2025-08-03 11:00", "delivered")
    assert state() == ("delivered", "2025-08-03", "delay")
    [(_key, sums)] = rollups().items()
    assert sums[-3:] == (1, 1, 1)  # promised, on time, exceptions
    assert rollups() == recounted()


def test_the_same_message_again_changes_nothing_and_an_older_one_is_stale(sent: dict):
    message = {"event_id": "E1", "seq": 5, "source": "pda"}
    assert told("2025-08-03 11:00", "delivered", **message) == ["created"]
    assert told("2025-08-03 11:00", "delivered", **message) == ["unchanged"]
    assert told("2025-08-04 11:00", "delivered", **message | {"seq": 4}) == ["stale"]
    assert state()[:2] == ("delivered", "2025-08-03")
    assert told("2025-08-05 11:00", "delivered", **message | {"seq": 6}) == ["updated"]
    assert state()[:2] == ("delivered", "2025-08-05")
    assert WaybillEvent.objects.count() == 1
    assert told("2025-08-01 11:00", "reached", stage="packing") == ["created"]
    assert told("2025-08-01 11:00", "reached", stage="packing") == ["unchanged"]  # by what it says


def test_messages_in_any_order_tell_the_same(sent: dict):
    told("2025-08-04 11:00", "delivered")
    told("2025-08-03 11:00", "delivered")  # an attempt that was told late
    told("2025-08-02 11:00", "reached", stage="line_haul")
    assert state() == ("delivered", "2025-08-04", "")
    told("2025-08-06 11:00", "returned")
    assert state() == ("returned", "2025-08-04", "")


def test_a_delivery_that_was_taken_back_leaves_what_else_was_told(sent: dict):
    told("2025-08-02 11:00", "reached", stage="line_haul")
    told("2025-08-03 11:00", "delivered", event_id="E1")
    told("2025-08-02 12:00", "exception", exception="damage", event_id="E2")
    told("2025-08-03 11:00", "note", event_id="E1", note="Wrong parcel scanned")
    told("2025-08-02 12:00", "note", event_id="E2")
    assert state() == ("in_transit", "", "")
    assert rollups() == recounted()


def test_a_waybill_that_comes_again_takes_back_nothing_that_events_told(sent: dict):
    told("2025-08-03 11:00", "delivered")
    told("2025-08-02 12:00", "exception", exception="damage")
    assert load(sent).unchanged == 1
    assert state() == ("delivered", "2025-08-03", "damage")
    corrected = sent | {"revenue": Decimal("12.00"), "status": "in_transit"}
    assert load(corrected).updated == 1
    assert state() == ("delivered", "2025-08-03", "damage")
    load(corrected | {"status": "lost", "exception": "loss"})  # says more than the way so far
    assert state() == ("lost", "", "loss")


def test_a_cancelled_waybill_stays_cancelled(sent: dict):
    load(sent | {"status": "cancelled"})
    told("2025-08-03 11:00", "delivered")
    assert state()[0] == "cancelled"


def test_events_follow_their_waybill_to_another_payer_and_month(cast: Cast, sent: dict):
    told("2025-08-03 11:00", "delivered")
    load(sent | {"shipper_id": cast.bolt.pk, "accepted_at": at("2025-07-31 10:00")})
    event = WaybillEvent.objects.get()
    assert (event.customer, event.month) == (cast.bolt, 2025 * 12 + 6)
    assert told("2025-08-03 11:00", "delivered") == ["unchanged"]


def test_a_stranger_sees_no_event_and_tells_none(cast: Cast, sent: dict):
    told("2025-08-03 11:00", "delivered")
    for person, seen, answer in ((cast.alice, 1, "created"), (cast.wendy, 0, "unknown")):
        with acting(user_id=person.pk, actor=person.username), as_role("crm_app"):
            assert WaybillEvent.objects.count() == seen
            assert told("2025-08-04 11:00", "note", note=person.username) == [answer]
    assert load_events([Event("W9", "note", at("2025-08-04 11:00"))]) == ["unknown"]
