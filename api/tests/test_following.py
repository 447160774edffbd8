"""Systems follow changes and look after their webhooks by calls; others' are not there for them."""

import datetime as dt

import pytest
from django.utils import timezone

from api import call_log, jobs
from api.models import CallCount, Change, Delivery, Endpoint, FailedCall
from api.reports.changes import pass_on
from api.services.calls import write_calls
from api.services.retention import CHANGES, forget_what_was_told
from api.tests.make import LOOPBACK, receiving
from core import patience
from crm.embedded.lifetime import ensure_redis
from customers.models import Customer
from tests.cast import Cast

pytestmark = pytest.mark.django_db
URL = "https://hooks.example/yihu"


def test_a_follower_reads_on_from_its_cursor(cast: Cast, calling):
    call = calling("service:read")
    start = call.get("changes/?since=latest").json()
    assert start["results"] == []
    Customer.objects.filter(code="ACME").update(tier="risk")
    Customer.objects.filter(code="WOLF").update(tier="risk")
    page = call.get(f"changes/?since={start['cursor']}").json()
    [entry] = page["results"]
    assert (entry["code"], entry["changed"], entry["gone"]) == ("ACME", ["tier"], False)
    assert entry["service"] == call.get("customers/ACME/service/").json()
    assert entry["at"].endswith("Z")
    assert page["next"] == f"http://testserver/api/v1/changes/?since={page['cursor']}"
    again = call.get(page["next"].removeprefix("http://testserver/api/v1/"))
    assert again.json()["results"] == []


@pytest.mark.parametrize("since", ["x", "Y2hhbmdlczo", "Y2hhbmdlczotMQ", "%00", "a" * 100])
def test_a_cursor_that_is_none_is_told_apart(calling, since: str):
    answer = calling().get(f"changes/?since={since}")
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"bad_cursor", "invalid"}


def test_who_comes_too_late_is_told_to_read_all_anew(cast: Cast, calling):
    call = calling()
    cursor = call.get("changes/?limit=1").json()["cursor"]
    later = timezone.now() + CHANGES + dt.timedelta(days=1)
    forget_what_was_told(later)
    assert Change.objects.count() == 1  # the last one says where the feed has got to
    answer = call.get(f"changes/?since={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_too_old")


def test_a_webhook_is_made_tried_changed_over_and_taken_away(cast: Cast, calling, settings):
    settings.OUTGOING_PRIVATE = LOOPBACK
    call = calling()
    pass_on()
    with receiving() as receiver:
        made = call.post("webhooks/", {"url": receiver.url, "description": "dispatch"})
        assert made.status_code == 201
        assert made.json()["secret"].startswith("whsec_")
        one = f"webhooks/{made.json()['id']}/"
        assert "secret" not in call.get(one).json()
        assert call.post(f"{one}test/", None).status_code == 202
        jobs.send_due(timezone.now())
        assert receiver.bodies()[0]["type"] == "webhook.test"
    [message] = call.get("webhooks/deliveries/?state=delivered").json()["results"]
    tried = call.get(f"webhooks/deliveries/{message['id']}/").json()
    assert [(each["status"], each["answer"]) for each in tried["tries"]] == [(204, "")]
    secret = call.post(f"{one}secret/", None).json()["secret"]
    assert secret != made.json()["secret"]
    assert call("PATCH", one, {"is_active": False}).json()["off"] == "by_hand"
    assert call.post(f"{one}test/", None).json()["code"] == "refused"
    assert call("DELETE", one).status_code == 204
    assert Endpoint.objects.count() == 0


def test_what_was_given_up_is_sent_once_more(cast: Cast, calling):
    call = calling()
    pass_on()
    call.post("webhooks/", {"url": URL})
    Customer.objects.filter(code__in=["ACME", "BOLT"]).update(tier="large")
    pass_on()
    Delivery.objects.update(state="failed", finished_at=timezone.now())
    first = Delivery.objects.order_by("pk").first()
    one = call.post(f"webhooks/deliveries/{first.pk}/replay/", None)
    assert one.json() == {"replayed": 1}
    yesterday = (timezone.now() - dt.timedelta(days=1)).isoformat()
    rest = call.post("webhooks/deliveries/replay/", {"since": yesterday})
    assert rest.json() == {"replayed": 1}
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting"}


@pytest.mark.parametrize(
    "url", ["http://hooks.example/", "https://127.0.0.1/", "https://a:b@hooks.example/", "x" * 10]
)
def test_an_address_that_is_not_called_is_refused_when_it_is_given(calling, url: str):
    answer = calling().post("webhooks/", {"url": url})
    assert (answer.status_code, answer.json()["code"]) == (409, "refused")


def test_webhooks_of_another_system_are_as_if_they_were_not_there(cast: Cast, calling):
    ours, theirs = calling(), calling(unit=cast.west, name="west")
    number = theirs.post("webhooks/", {"url": URL}).json()["id"]
    theirs.post(f"webhooks/{number}/test/", None)
    delivery = Delivery.objects.get().pk
    assert ours.get("webhooks/").json()["results"] == []
    assert ours.get("webhooks/deliveries/").json()["results"] == []
    for method, path in (
        ("GET", "webhooks/{}/"),
        ("PATCH", "webhooks/{}/"),
        ("DELETE", "webhooks/{}/"),
        ("POST", "webhooks/{}/secret/"),
        ("POST", "webhooks/{}/test/"),
    ):
        for each in (number, 9**18, 9**30):
            assert ours(method, path.format(each), {}).status_code == 404, (method, path)
    for each in (delivery, 9**18, 9**30):
        assert ours.get(f"webhooks/deliveries/{each}/").status_code == 404
        assert ours.post(f"webhooks/deliveries/{each}/replay/", None).status_code == 404


def test_a_key_without_the_scope_manages_no_webhooks(calling):
    answer = calling("service:read").post("webhooks/", {"url": URL})
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")


def test_calls_are_counted_and_failures_kept_without_what_was_asked(cast: Cast, calling):
    ensure_redis()
    patience._asked_again_from[0] = 0.0
    call_log.take_noted()
    call = calling("service:read")
    for _time in range(3):
        call.get("customers/ACME/service/")
    call.get("customers/NOBODY/service/")
    call.key = ""
    call.get("customers/ACME/service/")
    assert write_calls(timezone.now()) == 2
    assert write_calls(timezone.now()) == 0
    [count] = CallCount.objects.all()
    assert (count.calls, count.failures) == (4, 1)
    assert count.route == "api/v1/customers/<code:code>/service/"
    found = list(FailedCall.objects.order_by("pk").values_list("code", "status", "key_id"))
    assert found == [("not_found", 404, count.key_id), ("not_authenticated", 401, None)]
