"""R6: every waybill is there once, though calls and answers are lost and all is sent thrice."""

import http.client
import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from api.tests.cutting import CuttingProxy
from shipments.models import Waybill, WaybillEvent
from shipments.tests.make import recounted, rollups
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
WAYBILLS, SENDS, THREADS, TRIES = 60, 3, 4, 30


class Sender:
    """A system that sends again until it is answered."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key

    def __call__(self, path: str, body: dict) -> str:
        """What became of it, as the first answer that arrives says."""
        for _try in range(TRIES):
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                line.request(
                    "POST",
                    f"/api/v1/{path}",
                    json.dumps(body),
                    {
                        "Authorization": f"Bearer {self.key}",
                        "Content-Type": "application/json",
                        "Connection": "close",
                    },
                )
                answer = line.getresponse()
                said = json.loads(answer.read())
            except (OSError, http.client.HTTPException):
                continue
            finally:
                line.close()
            if answer.status in {200, 201}:
                return str(said["result"])
            assert answer.status in {409, 503}, said
        raise AssertionError("never answered")


def test_every_waybill_is_there_once_whatever_is_cut(cast: Cast, calling, live_server):
    numbers = [f"W{number}" for number in range(WAYBILLS)]
    work = [(number, time) for number in numbers for time in range(SENDS)]
    random.Random(6).shuffle(work)
    with CuttingProxy(live_server.thread.port, seed=6) as proxy:
        send = Sender(proxy.port, calling(per_minute=1_000_000).key)

        def tell(one: tuple[str, int]) -> str:
            number, time = one
            try:
                row = {"waybill_no": number, "shipper_code": "ACME", "revenue": "10.00"}
                result = send("waybills/", row | {"accepted_at": "2026-03-02T10:00:00+08:00"})
                if time == 0:
                    moment = {"happened_at": "2026-03-03T10:00:00+08:00"}
                    send(f"waybills/{number}/events/", {"kind": "delivered", **moment})
                return result
            finally:
                connection.close()

        with ThreadPoolExecutor(THREADS) as pool:
            results = Counter(pool.map(tell, work))
    assert proxy.lost > WAYBILLS // 3  # calls that took effect and were sent again
    assert proxy.refused > 0
    assert set(results) == {"created", "unchanged"}
    assert results["created"] < WAYBILLS  # some of these answers were lost
    assert sorted(Waybill.objects.values_list("waybill_no", flat=True)) == sorted(numbers)
    assert Waybill.objects.filter(status="delivered").count() == WAYBILLS
    assert WaybillEvent.objects.count() == WAYBILLS
    assert rollups() == recounted()
    [sums] = rollups().values()
    assert sums[0] == WAYBILLS
