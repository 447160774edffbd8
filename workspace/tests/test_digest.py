"""The daily digest: who is told what, on the page and by e-mail, once a day and never at night."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from contracts.jobs import close_settled_alerts, open_payment_alerts
from contracts.models import Promise
from contracts.tests.make import make_line, pay
from core.rules import BUSINESS_ZONE
from engagement.models import Alert, Task
from organization.models import Digest
from organization.reports import work_calendar
from tests.cast import Cast
from tests.pages import client_of, text_of
from workspace.digest.content import content
from workspace.digest.sending import is_quiet, send_digests

pytestmark = pytest.mark.django_db
THURSDAY = dt.date(2025, 11, 20)


def at(day: str, clock: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BUSINESS_ZONE)


@pytest.fixture
def late(cast: Cast, settings) -> Cast:
    settings.EMAIL_HOST = "mail.example"
    settings.PUBLIC_URL = "https://yihu.example"
    make_line(cast.acme, "OLD", "2025-10-01", "1000.00")  # 49 days late by the night before
    make_line(cast.acme, "SOON", "2025-11-22", "20.00")
    make_line(cast.bolt, "NEW", "2025-11-18", "30.00")
    open_payment_alerts(THURSDAY - dt.timedelta(1))
    for user in (cast.alice, cast.olga, cast.bruno, cast.fiona, cast.greta, cast.adam, cast.sam):
        user.email = f"{user.username}@yihu.example"
        user.save()
    return cast


def told(user) -> tuple[list[str], list[str], list[str]]:
    found = content(user, THURSDAY)
    due, late, changed = (
        [entry.text for entry in part.entries] for part in (found.due, found.late, found.changed)
    )
    return due, late, changed


def test_each_post_is_told_what_its_stage_of_the_ladder_says(late: Cast):
    soon, old = "¥20.00 is due on 22 Nov 2025 (SOON)", "¥1,000.00 is 50 days late (OLD)"
    assert told(late.alice) == ([soon], [old], [])
    assert told(late.olga) == ([], [old], [])  # from seven days on
    assert told(late.fiona) == ([], [old], [])
    assert told(late.greta) == ([], [], [])  # from ninety
    assert told(late.sam) == ([], [], [])
    assert told(late.wendy) == ([], [], [])


def test_what_has_changed_since_the_last_digest_and_what_is_to_be_done(late: Cast):
    pay(late.acme, "R-1", "2025-11-18", "1000.00", line_no="OLD")
    close_settled_alerts(THURSDAY)
    Digest.objects.create(user=late.alice, day=dt.date(2025, 11, 17), state="sent")
    Digest.objects.create(user=late.alice, day=dt.date(2025, 11, 19), state="failed")
    Alert.objects.create(
        key="new", kind="unapplied", severity="high", customer=late.acme, subject="ACME",
        opened_on=THURSDAY,
    )  # fmt: skip
    Promise.objects.create(
        customer=late.acme, amount=Decimal(5), currency="CNY", made_on=dt.date(2025, 11, 1),
        due_on=dt.date(2025, 11, 14), counts_until=dt.date(2025, 11, 18), state="broken",
        decided_on=dt.date(2025, 11, 19), noted_by=late.alice,
    )  # fmt: skip
    Task.objects.create(
        customer=late.acme, kind="call", title="Ask", due_on=THURSDAY, assignee=late.alice
    )
    due, _late, changed = told(late.alice)
    assert due[0] == "Call · Ask · 20 Nov 2025"
    assert changed == [
        "promise of ¥5.00 for 14 Nov 2025: Broken", "¥1,000.00 of OLD is paid",
    ]  # fmt: skip
    Digest.objects.create(user=late.alice, day=THURSDAY, state="sent")
    assert content(late.alice, THURSDAY + dt.timedelta(1)).changed.count == 1  # the day's own


def test_one_e_mail_a_person_and_day_on_workdays_by_day(late: Cast):
    for moment in (at("2025-11-20", "07:59"), at("2025-11-20", "20:00"), at("2025-11-22", "10:00")):
        assert is_quiet(moment, work_calendar())
        assert send_digests(moment) == 0
    late.olga.digest_mail = False
    late.olga.save()
    Digest.objects.create(user=late.fiona, day=THURSDAY)  # whose sender was killed
    assert send_digests(at("2025-11-20", "08:00")) == 2
    assert send_digests(at("2025-11-20", "08:01")) == 0
    assert [each.to for each in mail.outbox] == [["alice@yihu.example"], ["bruno@yihu.example"]]
    assert mail.outbox[0].subject == "20 Nov 2025: 1 due, 1 late, 0 changed"
    assert "- Customer ACME: ¥1,000.00 is 50 days late (OLD)" in mail.outbox[0].body
    assert "https://yihu.example/digest/" in mail.outbox[0].body
    states = dict(Digest.objects.filter(day=THURSDAY).values_list("user__username", "state"))
    assert states == {
        "alice": "sent", "bruno": "sent", "fiona": "sending", "greta": "nothing", "sam": "nothing",
    }  # fmt: skip
    send_digests(at("2025-11-24", "09:00"))  # after days without a beat: one
    assert len([each for each in mail.outbox if each.to == ["alice@yihu.example"]]) == 2


def test_the_page_says_the_same_and_the_switch_is_in_the_preferences(cast: Cast):
    client = client_of(cast.alice)
    assert "Nothing to say today" in text_of(client.get("/digest/"))
    make_line(cast.acme, "A1", (timezone.localdate() - dt.timedelta(3)).isoformat(), "300.00")
    open_payment_alerts(timezone.localdate())
    assert "¥300.00 is 3 days late (A1)" in text_of(client.get("/digest/"))
    assert "Daily digest" in text_of(client.get("/"))
    typed = {"language": "en", "theme": "auto", "density": "compact"}
    client.post("/preferences/", typed)
    cast.alice.refresh_from_db()
    assert not cast.alice.digest_mail
