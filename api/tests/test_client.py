"""The client of docs/client against the live server, as another company's system would use it."""

import datetime as dt
import http.server
import importlib.util
import json
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from standardwebhooks import Webhook

from api.services.keys import create_key
from api.services.signing import headers as signed_by_us
from customers.models import Customer
from segmentation.tests.public_data import raw
from shipments.models import Waybill
from tests.cast import Cast, make_customer
from tests.code import BASE_DIR

BUSIEST = "2017-11-24"
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cywgMjQ="


def load():
    path = BASE_DIR / "docs" / "client" / "yihu_client.py"
    spec = importlib.util.spec_from_file_location("yihu_client", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["yihu_client"] = module
    spec.loader.exec_module(module)
    return module


yihu_client = load()


@pytest.fixture
def yihu(live_server, cast: Cast):
    _key, text = create_key(
        "dispatch",
        scopes=["customers:read", "service:read", "waybills:read", "waybills:write"],
        unit=cast.east,
    )
    return yihu_client.Client(live_server.url, text)


@pytest.mark.django_db(transaction=True)
def test_a_system_reads_customers_and_how_they_are_served(yihu, cast: Cast):
    for number in range(5):
        make_customer(f"M{number}", cast.east)
    found = [each["code"] for each in yihu.customers(limit="2")]
    assert found == ["ACME", "BOLT", "M0", "M1", "M2", "M3", "M4"]
    assert yihu.service("ACME")["status"] == "active"
    assert set(yihu.services(["ACME", "WOLF", "M1"])) == {"ACME", "M1"}
    [(cursor, _nothing)] = yihu.changes(since="latest")
    Customer.objects.filter(code__in=["ACME", "WOLF"]).update(tier="risk")
    [(cursor, [change])] = yihu.changes(since=cursor)
    assert (change["code"], change["changed"]) == ("ACME", ["tier"])
    assert change["service"] == yihu.service("ACME")
    assert list(yihu.changes(since=cursor)) == [(cursor, [])]
    with pytest.raises(yihu_client.Problem) as refused:
        yihu.service("WOLF")
    assert (refused.value.status, refused.value.code) == (404, "not_found")


@pytest.mark.data
@pytest.mark.django_db(transaction=True)
def test_a_day_of_olist_is_pushed_and_pushed_again(yihu, cast: Cast):
    """Each item of the busiest day is a waybill; its seller a customer, of which one is unknown."""
    orders = {
        row["order_id"]: row
        for row in raw("olist/olist_orders_dataset.csv.gz")
        if row["order_purchase_timestamp"].startswith(BUSIEST)
    }
    items = [
        row for row in raw("olist/olist_order_items_dataset.csv.gz") if row["order_id"] in orders
    ]
    sellers = sorted({item["seller_id"] for item in items})
    Customer.objects.bulk_create(
        Customer(code=code, name=code, org_unit=cast.east_outlet) for code in sellers[1:]
    )
    sent = [waybill(item, orders[item["order_id"]]) for item in items]
    first = list(yihu.push_waybills(sent, size=50))
    bad = [each for each in first if each["result"] == "rejected"]
    strangers = [each["waybill_no"] for each in sent if each["shipper_code"] == sellers[0]]
    assert len(sent) > 150
    assert [each["waybill_no"] for each in first] == [each["waybill_no"] for each in sent]
    assert {each["waybill_no"] for each in bad} == set(strangers) != set()
    assert {error["code"] for each in bad for error in each["errors"]} == {"unknown_customer"}
    assert Waybill.objects.count() == len(sent) - len(bad)
    again = list(yihu.push_waybills(sent, size=70))
    assert {each["result"] for each in again} == {"unchanged", "rejected"}
    assert Waybill.objects.count() == len(sent) - len(bad)


def waybill(item: dict[str, str], order: dict[str, str]) -> dict[str, object]:
    """As a dispatch system would tell it, with Brazil's time zone."""
    accepted = order["order_purchase_timestamp"].replace(" ", "T")
    return {
        "waybill_no": f"{item['order_id']}-{item['order_item_id']}",
        "shipper_code": item["seller_id"],
        "accepted_at": f"{accepted}-03:00",
        "revenue": Decimal(item["freight_value"]),
        "currency": "BRL",
    }


@contextmanager
def failing(answers: list[tuple[int, dict[str, str], object]]) -> Iterator[tuple[str, list]]:
    """A server that gives these answers, one after the other; what it was asked."""
    asked: list[tuple[str, str, bytes]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["Idempotency-Key"], body))
            status, headers, said = answers[len(asked) - 1]
            if status == 0:
                self.close_connection = True  # the line is cut before the answer
                return
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_what_fails_for_a_moment_is_sent_again_as_the_same_request():
    waited: list[float] = []
    answers = [
        (0, {}, None),
        (503, {"Retry-After": "5"}, {"code": "busy"}),
        (409, {"Retry-After": "1"}, {"code": "in_progress"}),
        (200, {}, {"results": [{"asked": "A", "code": "A"}], "errors": []}),
    ]
    with failing(answers) as (address, asked):
        yihu = yihu_client.Client(address, "yihu_x", wait=waited.append)
        assert yihu.services(["A"]) == {"A": {"asked": "A", "code": "A"}}
    assert len(asked) == 4
    assert len(set(asked)) == 1  # one key, one body
    assert waited == [0.5, 5.0, 1.0]


def test_what_is_refused_is_not_sent_again():
    with (
        failing([(422, {}, {"code": "invalid", "errors": [{"pointer": "/codes"}]})]) as (
            at,
            asked,
        ),
        pytest.raises(yihu_client.Problem) as refused,
    ):
        yihu_client.Client(at, "yihu_x").services(["A"])
    assert refused.value.errors == [{"pointer": "/codes"}]
    assert len(asked) == 1


def test_only_a_fresh_webhook_signed_by_one_of_our_secrets_counts():
    now = dt.datetime(2026, 3, 31, 8, tzinfo=dt.UTC)
    body = '{"type": "customer.service_changed"}'
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("msg_1", now, body),
    }
    ours = signed_by_us("msg_1", body.encode(), keys=[b64decode(SECRET[6:])], now=now)
    assert yihu_client.verify([SECRET], ours, body.encode(), now.timestamp())["type"]
    other = "whsec_" + "b3RoZXIgc2VjcmV0IG9mIHRlc3RzIDI0"
    at = now.timestamp()
    assert yihu_client.verify([other, SECRET], headers, body.encode(), at)["type"]
    for secrets, sent, when in (
        ([other], body, at),
        ([SECRET], body + " ", at),
        ([SECRET], body, at + 301),
        ([], body, at),
    ):
        with pytest.raises(ValueError, match=r"secrets|too old"):
            yihu_client.verify(secrets, headers, sent.encode(), when)
