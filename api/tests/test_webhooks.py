"""R19, the short form: messages arrive whatever happens to both ends, in order and signed."""

import datetime as dt
import random
from collections import defaultdict

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from api import jobs
from api.models import Delivery, Endpoint
from api.reports.changes import pass_on
from api.services.endpoints import replay, rotate_secret, send_test, switch_endpoint
from api.tests.make import LOOPBACK, Receiver, make_endpoint, make_system, receiving
from core.errors import RefusedError
from customers.models import Customer
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    settings.OUTGOING_PRIVATE = LOOPBACK
    with receiving() as found:
        yield found


@pytest.fixture
def endpoint(cast: Cast, receiver: Receiver) -> Endpoint:
    pass_on()  # what the cast wrote is of before
    found, receiver.secret = make_endpoint(make_system("hub", cast.group), receiver.url)
    return found


def change(customer: Customer, tier: str) -> None:
    Customer.objects.filter(pk=customer.pk).update(tier=tier)


def send_all(now: dt.datetime, step: dt.timedelta = dt.timedelta(minutes=10)) -> dt.datetime:
    """Let time pass until nothing waits."""
    pass_on()
    while Delivery.objects.filter(state="waiting", endpoint__is_active=True).exists():
        if not jobs.send_due(now):
            now += step
    return now


class Killed(BaseException):
    """The process ends here."""


def send_through_kills(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> int:
    """Let the sender die after sending and before writing down, now and then; returns how often."""
    written = jobs.write_down

    def write_or_die(tries, now):
        if chance.random() < 0.2:
            raise Killed
        written(tries, now)

    monkeypatch.setattr(jobs, "write_down", write_or_die)
    now = timezone.now()
    for kills in range(400):
        try:
            send_all(now)
            return kills
        except Killed:
            now += jobs.LEASE
    raise AssertionError


def verified(secret: str, headers: dict[str, str], body: bytes) -> dict:
    """What the message says, when the library of the standard accepts its signature."""
    with time_machine.travel(int(headers["webhook-timestamp"]), tick=False):
        return Webhook(secret).verify(body, headers)


def rolled_back(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012  # the block is what must come to nothing
        make_customer("NEVER", cast.east)
        raise RuntimeError


def test_all_arrive_through_failures_and_kills_in_order_per_customer_and_signed(
    cast: Cast, receiver: Receiver, endpoint: Endpoint, monkeypatch
):
    chance = random.Random(7)
    customers = [make_customer(f"C{n}", cast.east) for n in range(12)]
    for round_ in range(10):
        for customer in customers:
            change(customer, ["large", "medium", "small"][round_ % 3])
        rolled_back(cast)
    receiver.answer = lambda _message: (chance.choice([204, 500]), {})
    assert send_through_kills(monkeypatch, chance) > 5
    expected = set(Delivery.objects.values_list("message", flat=True))
    assert len(expected) == 12 * 11
    assert set(receiver.messages()) == expected
    assert len(receiver.arrived) > len(expected)  # what a killed sender had sent came once more
    order: dict[str, list[int]] = defaultdict(list)
    for headers, body in receiver.arrived:
        code = verified(receiver.secret, headers, body)["data"]["code"]
        number = int(headers["webhook-id"].removeprefix("msg_"))
        if number not in order[code]:
            order[code].append(number)
    assert set(order) == {customer.code for customer in customers}
    assert all(numbers == sorted(numbers) for numbers in order.values())


def test_a_message_says_what_a_look_up_would_answer(
    cast: Cast, receiver: Receiver, endpoint: Endpoint
):
    change(cast.acme, "risk")
    change(cast.acme, "small")
    send_all(timezone.now())
    first, second = receiver.bodies()
    assert first["type"] == "service.changed"
    assert first["data"]["changed"] == ["tier"]
    assert first["data"]["service"] == second["data"]["service"]
    assert (second["data"]["service"]["tier"], second["data"]["code"]) == ("small", "ACME")


def test_a_webhook_hears_only_of_customers_its_system_sees(cast: Cast, receiver: Receiver):
    pass_on()
    make_endpoint(make_system("east", cast.east), receiver.url)
    change(cast.wolf, "large")
    change(cast.acme, "large")
    Customer.objects.filter(pk=cast.bolt.pk).update(org_unit=cast.east)  # within its sight
    Customer.objects.filter(pk=cast.acme.pk).update(org_unit=cast.west)
    send_all(timezone.now())
    assert [(body["type"], body["data"]) for body in receiver.bodies()] == [
        ("service.gone", {"code": "ACME"})  # its tier is no more theirs to know
    ]


def test_while_the_secret_is_changed_over_both_verify(receiver: Receiver, endpoint: Endpoint):
    now = timezone.now()
    fresh = rotate_secret(endpoint, now=now)
    send_test(endpoint)
    send_all(now)
    [(headers, body)] = receiver.arrived
    for secret in (receiver.secret, fresh):
        assert verified(secret, headers, body)["type"] == "webhook.test"
    with pytest.raises(WebhookVerificationError):
        verified(receiver.secret, headers, body + b" ")
    Endpoint.objects.update(old_until=now)  # a day later
    send_test(endpoint)
    send_all(timezone.now())
    headers, body = receiver.arrived[-1]
    with pytest.raises(WebhookVerificationError):
        verified(receiver.secret, headers, body)


def test_retry_after_is_respected(cast: Cast, receiver: Receiver, endpoint: Endpoint):
    receiver.answer = lambda _message: (429, {"Retry-After": "1800"})
    now = timezone.now()
    change(cast.acme, "large")
    pass_on()
    assert jobs.send_due(now) == 1
    assert jobs.send_due(now + dt.timedelta(minutes=29)) == 0
    receiver.answer = lambda _message: (200, {})
    assert jobs.send_due(now + dt.timedelta(minutes=31)) == 1
    [delivery] = Delivery.objects.all()
    assert [t.status for t in delivery.tries.all()] == [200, 429]
    assert delivery.tries.last().answer == "said 429"


def test_gone_switches_off_and_nothing_more_is_written_for_it(
    cast: Cast, receiver: Receiver, endpoint: Endpoint
):
    receiver.answer = lambda _message: (410, {})
    change(cast.acme, "large")
    send_all(timezone.now())
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.off) == (False, "gone")
    change(cast.acme, "small")
    pass_on()
    assert Delivery.objects.count() == 1
    with pytest.raises(RefusedError, match="switched off"):
        send_test(endpoint)


def test_three_days_of_failures_switch_off_and_switching_on_replays_what_was_given_up(
    cast: Cast, receiver: Receiver, endpoint: Endpoint
):
    receiver.answer = lambda _message: (500, {})
    change(cast.acme, "large")
    begun = timezone.now()
    ended = send_all(begun, dt.timedelta(hours=1))
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.off) == (False, "failing")
    assert dt.timedelta(days=2) < ended - begun < dt.timedelta(days=4)
    receiver.answer = lambda _message: (200, {})
    switch_endpoint(endpoint, on=True)
    Delivery.objects.filter(state="waiting").update(state="failed", finished_at=ended)
    failed = Delivery.objects.failed_since(begun - dt.timedelta(hours=1))
    assert replay(failed, now=ended) == 1
    send_all(ended)
    assert receiver.messages() == list(Delivery.objects.values_list("message", flat=True))


def test_one_failing_webhook_does_not_hold_up_another(
    cast: Cast, receiver: Receiver, endpoint: Endpoint
):
    dead, _secret = make_endpoint(endpoint.system, "http://127.0.0.1:1/closed")
    for customer in (cast.acme, cast.bolt, cast.wolf):
        for tier in ("large", "small", "medium"):
            change(customer, tier)
    pass_on()
    now = timezone.now()
    while jobs.send_due(now):
        pass
    assert len(receiver.arrived) == 9
    dead.refresh_from_db()
    assert dead.failures >= 3
    assert Delivery.objects.filter(endpoint=dead, state="waiting").count() == 9


def test_a_secret_that_cannot_be_read_is_said_in_the_log(
    cast: Cast, receiver: Receiver, endpoint: Endpoint
):
    Endpoint.objects.update(secret="sealed with another key")  # noqa: S106  # of the tests
    send_test(endpoint)
    jobs.send_due(timezone.now())
    [delivery] = Delivery.objects.all()
    assert [t.error for t in delivery.tries.all()] == ["the secret cannot be read: rotate it"]
    assert receiver.arrived == []


def test_an_address_inside_is_refused_when_typed_and_when_sent(cast: Cast, settings):
    system = make_system("hub", cast.group)
    with pytest.raises(RefusedError, match="our own network"):
        make_endpoint(system, "https://10.0.0.1/")
    endpoint, _secret = make_endpoint(system)
    Endpoint.objects.update(url="https://127.0.0.1/")
    send_test(endpoint)
    jobs.send_due(timezone.now())
    assert [t.error for t in Delivery.objects.get().tries.all()] == ["inside"]
