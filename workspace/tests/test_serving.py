"""The rhythm on the overview, what serving costs in the file and of all; only one's own rows."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from customers.models import PolicyDeviation
from engagement.models import Alert, Note
from segmentation.jobs import volume_drop_alerts, write_rhythm, write_serving
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, publish, ship
from shipments.jobs import check_rollups
from shipments.models import Waybill
from tests.cast import Cast
from workspace.serving.figures import over_ceiling

DAY = dt.date(2026, 8, 31)
TALKED = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def signed_in(person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def read(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


@pytest.fixture
def stopped(cast: Cast) -> Cast:
    """Acme and Wolf shipped every other day at a loss, with waiting; not since 20 August."""
    for number in range(0, 380, 2):
        day = str(dt.date(2026, 8, 20) - dt.timedelta(days=number))
        for customer in (cast.acme, cast.wolf):
            ship(customer, day, 500, cost=510)
    Waybill.objects.update(origin="上海", destination="拉萨", waiting_minutes=40, storage_days=5)
    check_rollups()
    version = night(DAY)
    write_rhythm(DAY, version, DEFAULT_RULES)
    write_serving(DAY, version, DEFAULT_RULES)
    volume_drop_alerts(DAY, version)
    publish(version)
    return cast


@pytest.mark.django_db
def test_pages_tell_who_stopped_and_what_serving_costs(
    stopped: Cast, django_assert_max_num_queries
) -> None:
    acme = stopped.acme
    alice = signed_in(stopped.alice)
    page = read(alice, f"/customers/{acme.pk}/")
    assert "every 2 days, nine times of ten within 3" in page
    assert "11 days ago" in page
    assert "of three months at stake: usually every 2 days, silent for 11" in page
    assert Alert.objects.filter(customer=acme, kind="volume_drop").count() == 1
    with django_assert_max_num_queries(25):
        section = read(alice, f"/customers/{acme.pk}/serving/")
    assert "上海 → 拉萨" in section
    with django_assert_max_num_queries(25):
        mine = read(alice, "/statistics/serving/")
    assert "上海 → 拉萨" in mine
    assert f"/customers/{acme.pk}/" in mine
    assert f"/customers/{stopped.wolf.pk}/" not in mine
    assert f"/customers/{stopped.wolf.pk}/" in read(
        signed_in(stopped.greta), "/statistics/serving/"
    )


@pytest.mark.django_db
def test_a_service_agent_sees_no_costs(stopped: Cast) -> None:
    client = signed_in(stopped.sam)
    assert client.get(f"/customers/{stopped.acme.pk}/serving/").status_code == 404
    assert client.get("/statistics/serving/").status_code == 403


@pytest.mark.django_db
def test_who_is_dearer_than_the_policy_allows_is_listed(cast: Cast):
    """A small customer may cost 10 % of its revenue beside the carriage, unless allowed more."""
    for customer in (cast.acme, cast.bolt):
        ship(customer, "2026-08-10", 1000, cost=500)
        Note.objects.bulk_create(
            Note(note_no=f"{customer.code}{n}", customer=customer, kind="visit", written_at=TALKED)
            for n in range(3)  # 60 each
        )
    PolicyDeviation.objects.create(
        customer=cast.bolt, point="cost_share", value="0.20", reason="Tender",
        starts_on=dt.date(2026, 8, 1), ends_on=dt.date(2026, 12, 31), asked_by=cast.alice,
    )  # fmt: skip
    version = night(DAY)
    write_serving(DAY, version, DEFAULT_RULES)
    publish(version)
    (dear,) = over_ceiling(cast.greta)
    assert dear.customer == cast.acme
    assert (dear.beside, dear.cost_ceiling, dear.above) == (180, Decimal("0.10"), 80)
    assert list(over_ceiling(cast.wendy)) == []
    page = read(signed_in(cast.greta), "/statistics/serving/")
    start = page.index("Dearer than the policy allows")
    assert f"/customers/{cast.acme.pk}/serving/" in page[start : page.index("Left after serving")]
