"""The console: administrators set webhooks up, see what was sent and failed, and send it again."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from api import jobs
from api.models import Delivery, Endpoint
from api.tests.make import LOOPBACK, make_endpoint, make_system, receiving
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam(client: Client, cast: Cast) -> Client:
    client.force_login(cast.adam)
    return client


def act(client: Client, model: str, name: str, *numbers: int) -> str:
    """What the list says after one of its actions."""
    page = reverse(f"admin:api_{model}_changelist")
    data = {"action": name, "_selected_action": [str(number) for number in numbers]}
    return client.post(page, data, follow=True).content.decode()


def test_a_webhook_is_set_up_and_its_secret_is_shown_once(cast: Cast, adam: Client):
    system = make_system("hub", cast.group)
    page = reverse("admin:api_endpoint_add")
    data = {"system": system.pk, "url": "https://10.0.0.1/", "description": "dispatch"}
    assert "our own network" in adam.post(page, data).content.decode()
    shown = adam.post(page, data | {"url": "https://a.example/"}, follow=True).content.decode()
    assert "whsec_" in shown
    endpoint = Endpoint.objects.get()
    assert (endpoint.system, endpoint.created_by) == (system, cast.adam)
    change = reverse("admin:api_endpoint_change", args=[endpoint.pk])
    assert "whsec_" not in adam.get(change).content.decode()
    adam.post(change, {"url": "https://b.example/", "description": "dispatch"})
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.system) == ("https://b.example/", system)
    people = adam.post(page, data | {"system": cast.alice.pk, "url": "https://a.example/"})
    assert people.status_code == 200 and Endpoint.objects.count() == 1


def test_a_message_is_followed_given_up_and_sent_once_more(cast: Cast, adam: Client, settings):
    settings.OUTGOING_PRIVATE = LOOPBACK
    with receiving() as receiver:
        endpoint, _secret = make_endpoint(make_system("hub", cast.group), receiver.url)
        receiver.answer = lambda _message: (500, {})
        act(adam, "endpoint", "send_tests", endpoint.pk)
        jobs.send_due(timezone.now())
        delivery = Delivery.objects.get()
        page = adam.get(reverse("admin:api_delivery_change", args=[delivery.pk]))
        assert "said 500" in page.content.decode()
        Delivery.objects.update(state="failed", finished_at=timezone.now())
        assert "1 message is sent once more" in act(adam, "endpoint", "replay_failed", endpoint.pk)
        receiver.answer = lambda _message: (204, {})
        jobs.send_due(timezone.now())
        assert receiver.messages() == [delivery.message]
        assert "1 message is sent once more" in act(adam, "delivery", "send_again", delivery.pk)


def test_switching_off_and_on_and_another_secret(cast: Cast, adam: Client):
    endpoint, _secret = make_endpoint(make_system("hub", cast.group))
    act(adam, "endpoint", "switch_off", endpoint.pk)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.off) == (False, "by_hand")
    assert "switch it on first" in act(adam, "endpoint", "send_tests", endpoint.pk)
    act(adam, "endpoint", "switch_on", endpoint.pk)
    assert "whsec_" in act(adam, "endpoint", "rotate", endpoint.pk)
