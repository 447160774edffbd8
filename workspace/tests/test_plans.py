"""Service plans: versions that stay, the form of a whole plan, stages as waybills show them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from core.rules import BUSINESS_ZONE
from customers.models import Contact
from organization.models import Department
from shipments.models import PlanGain, PlanStage, ServicePlan
from shipments.tests import make
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.plans.performance import measured_gains, performance
from workspace.plans.services import Draft, save_plan

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 4, 1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(dt.datetime(2026, 4, 1, 10, tzinfo=BUSINESS_ZONE), tick=False):
        yield


def draft(begin: dt.date, *stages: dict[str, Any], note: str = "") -> Draft:
    return Draft(begin, None, note, stages or [{"stage": "delivery"}], [])


def spans(cast: Cast) -> list[tuple[dt.date, dt.date | None]]:
    plans = ServicePlan.objects.filter(customer=cast.acme).order_by("valid_from")
    return list(plans.values_list("valid_from", "valid_until"))


def save(cast: Cast, begin: dt.date, *stages: dict[str, Any]) -> ServicePlan:
    return save_plan(cast.acme, draft(begin, *stages), today=timezone.localdate(), actor=cast.alice)


def test_a_version_that_was_in_force_stays_and_the_next_follows_it(cast: Cast):
    old = save(cast, TODAY - 30 * DAY, {"stage": "pickup", "requirement": "before noon"})
    new = save(cast, TODAY, {"stage": "delivery"})
    assert new != old
    assert spans(cast) == [(TODAY - 30 * DAY, TODAY - DAY), (TODAY, None)]
    assert old.stages.get().requirement == "before noon"
    again = save(cast, TODAY + 5 * DAY, {"stage": "billing"})  # the other was not in force yet
    assert spans(cast) == [(TODAY - 30 * DAY, TODAY + 4 * DAY), (TODAY + 5 * DAY, None)]
    assert [stage.stage for stage in again.stages.all()] == ["billing"]


def form(*stages: dict[str, Any], **facts: Any) -> dict[str, Any]:
    data = {"valid_from": "2026-04-01", "stage-TOTAL_FORMS": len(stages), "stage-INITIAL_FORMS": 0}
    for number, stage in enumerate(stages):
        data |= {f"stage-{number}-{name}": value for name, value in stage.items()}
    return data | facts


def test_a_whole_plan_is_written_on_one_page_and_read_in_the_section(cast: Cast):
    claims = Department.objects.create(unit=cast.east, kind="claims", name="Claims")
    li = Contact.objects.create(customer=cast.acme, name="Li Lei")
    address = f"/customers/{cast.acme.pk}/"
    alice = client_of(cast.alice)
    assert "No service plan in force" in text_of(alice.get(f"{address}supply/"))
    page = alice.get(f"{address}plans/edit/").content.decode()
    assert page.count('class="sp-row"') == 8  # the usual stages, three to fill in
    answer = alice.post(
        f"{address}plans/edit/",
        form(
            {"stage": "delivery", "measure": "on_time_rate", "target": "95", "ORDER": "2"},
            {"name": "Labels", "responsible": f"d{claims.pk}", "contact": li.pk, "ORDER": "1"},
            {"stage": "pickup", "DELETE": "on"},
            {},
            **{"customer-days-before": "4", "customer-days-promised": "3"},
        ),
    )
    assert answer.status_code == 302
    labels, delivery = PlanStage.objects.order_by("place")
    assert (str(labels), labels.unit, labels.department) == ("Labels", cast.east, claims)
    assert (delivery.target, labels.contact) == (Decimal("0.9500"), li)
    assert PlanGain.objects.get().promised == 3
    shown = text_of(alice.get(f"{address}supply/"))
    for words in ("Labels", "≥ 95% on time", "Claims", "Li Lei", "version 1", "Days on the way"):
        assert words in shown
    assert "Li Lei" not in text_of(client_of(cast.ann).get(f"{address}supply/"))
    assert "95" in alice.get(f"{address}plans/edit/").content.decode()


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ({"requirement": "careful"}, "name one of their own"),
        ({"stage": "delivery", "measure": "on_time_rate"}, "Say which hours or share"),
        ({"stage": "delivery", "target": "5"}, "Say what the target is of"),
        ({"stage": "delivery", "measure": "on_time_rate", "target": "101"}, "100 per cent at most"),
        ({"stage": "pickup", "measure": "duration_hours", "target": "0"}, "more than 0 hours"),
        ({"name": "Labels", "measure": "duration_hours", "target": "2"}, "Only known stages"),
        ({"stage": "delivery", "contact": "999999"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_stands_at_its_row(cast: Cast, stage: dict[str, str], said: str):
    answer = client_of(cast.alice).post(f"/customers/{cast.acme.pk}/plans/edit/", form(stage))
    assert (answer.status_code, said in text_of(answer)) == (422, True)
    assert not ServicePlan.objects.exists()


def test_the_past_is_not_planned_again(cast: Cast):
    save(cast, TODAY - 30 * DAY)
    data = form({"stage": "pickup"}, valid_from="2026-03-20")
    answer = client_of(cast.alice).post(f"/customers/{cast.acme.pk}/plans/edit/", data)
    assert (answer.status_code, "begins today or later" in text_of(answer)) == (422, True)
    assert spans(cast) == [(TODAY - 30 * DAY, None)]


def test_a_version_says_what_it_changed_of_the_one_before(cast: Cast):
    hours = {"measure": "duration_hours", "target": Decimal(24)}
    save(cast, TODAY - 30 * DAY, {"stage": "pickup"}, {"stage": "delivery", **hours})
    hours["target"] = Decimal("12.5")
    new = save(cast, TODAY, {"stage": "delivery", **hours}, {"stage": "billing"})
    page = text_of(client_of(cast.ann).get(f"/customers/{cast.acme.pk}/plans/{new.pk}/"))
    for words in ("Changed since version 1", "no longer", "new stage", "≤ 24 h → ≤ 12.5 h"):
        assert words in page
    assert (
        client_of(cast.wendy).get(f"/customers/{cast.acme.pk}/plans/{new.pk}/").status_code == 404
    )


def event(waybill: str, month: int, customer: int, stage: str, at: str, kind: str = "reached"):
    exception = "damage" if kind == "exception" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shipments_waybillevent (customer_id, happened_at, month, waybill_no,"
            " event_id, kind, stage, exception) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [customer, make.at(at), month, waybill, f"{stage}-{kind}", kind, stage, exception],
        )


def test_stages_are_measured_from_events_and_from_the_waybills_themselves(cast: Cast):
    kept = {"promised_at": make.at("2026-03-04 18:00"), "delivered_at": make.at("2026-03-04 12:00")}
    late = kept | {"delivered_at": make.at("2026-03-05 12:00"), "exception": "delay"}
    make.load(
        make.waybill("W-1", cast.acme, "2026-03-02 08:00", status="delivered", **kept),
        make.waybill("W-2", cast.acme, "2026-03-02 08:00", status="delivered", **late),
        make.waybill("W-3", cast.acme, "2025-12-02 08:00"),  # in the days before
        make.waybill("W-4", cast.acme, "2025-09-01 08:00"),  # earlier still
        make.waybill("W-5", cast.bolt, "2026-03-02 08:00"),
        make.waybill("W-6", cast.acme, "2026-03-02 08:00", status="cancelled"),
    )
    month = 2026 * 12 + 2
    event("W-1", month, cast.acme.pk, "line_haul", "2026-03-02 20:00")
    event("W-2", month, cast.acme.pk, "line_haul", "2026-03-03 14:00")
    event("W-2", month, cast.acme.pk, "line_haul", "2026-03-03 15:00", kind="exception")
    latest, earlier = performance(cast.acme, TODAY, {"line_haul": Decimal(12)})
    haul, delivery = latest["line_haul"], latest["delivery"]
    assert (haul.waybills, haul.median, haul.within, haul.exceptions) == (2, 21, 1, 1)
    assert (delivery.timed, delivery.median, delivery.promised, delivery.on_time) == (2, 43, 2, 1)
    assert delivery.exceptions == 0  # it named its stage
    assert (latest["acceptance"].waybills, latest["acceptance"].timed) == (2, 0)
    assert (earlier["acceptance"].waybills, earlier.keys()) == (1, {"acceptance"})
    assert measured_gains(cast.alice, cast.acme, TODAY) == {}  # too few


def test_a_weak_stage_is_told_with_a_task_to_make(cast: Cast):
    sent = [
        make.waybill(
            f"W-{n}", cast.acme, "2026-03-02 08:00", status="delivered",
            promised_at=make.at("2026-03-03 18:00"), delivered_at=make.at("2026-03-04 08:00"),
        )
        for n in range(12)
    ]  # fmt: skip
    make.load(*sent)
    save(cast, TODAY, {"stage": "delivery", "measure": "on_time_rate", "target": Decimal("0.95")})
    page = client_of(cast.alice).get(f"/customers/{cast.acme.pk}/supply/").content.decode()
    assert "Delivery does not keep its standard (≥ 95% on time) on 12 waybills" in page
    assert "kind=todo&amp;title=Improve%20Delivery" in page
    assert measured_gains(cast.alice, cast.acme, TODAY) == {"damage": 0, "days": 2}
