"""Low answers call for a call back: which, how loudly, by when, and when that is over (02 §9.7)."""

import datetime as dt

import pytest

from customers.services.policies import DeviationWish, grant_deviation
from engagement.models import Alert
from surveys.jobs import close_low_score_alerts, open_low_score_alerts
from surveys.models import Answer, Response
from surveys.rules.low_scores import is_low, low_answers, severity
from surveys.tests.make import import_answers
from tests.cast import Cast

DAY = dt.date(2026, 3, 31)


@pytest.mark.parametrize(
    ("question", "low"),
    [
        ("nps", range(7)),
        ("nps5", (1, 2)),
        ("csat3", (1,)),
        ("csat4", (1, 2)),
        ("csat5", (1, 2)),
        ("csat10", (1, 2, 3)),
        ("csat0_9", (0, 1, 2)),
        ("ces5", (4, 5)),
        ("ces7", (1, 2, 3)),
        ("rater_t1_p", ()),
        ("comment", ()),
    ],
)
def test_what_counts_as_low_follows_the_scale(question, low):
    assert [value for value in range(11) if is_low(question, value)] == list(low)
    assert [value for code, value in low_answers() if code == question] == list(low)


def test_deciders_of_large_customers_are_loudest():
    assert severity("decider", "large") == "critical"
    assert severity("decider", "small") == severity("influencer", "risk") == "high"
    assert severity("finance", "medium") == severity("user", "large") == "medium"
    assert severity("user", "small") == severity("", "") == "low"


def night(day: dt.date = DAY) -> int:
    opened = open_low_score_alerts(day)
    close_low_score_alerts(day)
    return opened


def alerts() -> dict[str, tuple[str, str]]:
    """Status and closing reason by the response's number."""
    return {a.subject: (a.status, a.closing_reason) for a in Alert.objects.all()}


def answer(tmp_path, number: str, code: str, role: str, on: str, **answers: int) -> None:
    lines = [
        f"{number},S,{code},{role},{on} 12:00,{name},{value}," for name, value in answers.items()
    ]
    import_answers(tmp_path, *lines)


pytestmark = pytest.mark.django_db


def test_a_response_opens_one_alert_with_all_its_low_answers(cast: Cast, tmp_path):
    type(cast.acme).objects.filter(code="ACME").update(tier="large", size="large")
    answer(tmp_path, "R1", "ACME", "decider", "2026-03-30", nps=3, csat5=2, ces5=3)
    answer(tmp_path, "R2", "BOLT", "user", "2026-03-30", nps=7, csat5=3)
    assert night() == 1
    alert = Alert.objects.get()
    assert (alert.key, alert.kind, alert.severity, alert.customer) == (
        "low_score:R1", "low_score", "critical", cast.acme,
    )  # fmt: skip
    assert (alert.opened_on, alert.due_on, alert.amount) == (DAY, dt.date(2026, 4, 1), None)
    assert alert.params == {
        "role": "decider", "answered_on": "2026-03-30", "survey": "S",
        "answers": {"nps": 3, "csat5": 2},
    }  # fmt: skip


def test_who_calls_back_by_when_is_said_by_the_service_policy(cast: Cast, tmp_path):
    for code, size, tier in (("ACME", "medium", "risk"), ("BOLT", "", "")):
        type(cast.acme).objects.filter(code=code).update(size=size, tier=tier)
        answer(tmp_path, code, code, "user", "2026-03-30", nps=2)
    wish = DeviationWish("callback_days", "5", dt.date(2026, 4, 30), "Closed for stocktaking")
    grant_deviation(cast.wolf, wish, today=dt.date(2026, 3, 1), actor=cast.walter)
    answer(tmp_path, "WOLF", "WOLF", "user", "2026-03-30", nps=2)
    night()
    assert {alert.subject: (alert.due_on - DAY).days for alert in Alert.objects.all()} == {
        "ACME": 2,
        "BOLT": 3,
        "WOLF": 5,
    }


def test_the_same_night_again_opens_none_and_a_seen_one_stays_seen(cast: Cast, tmp_path):
    answer(tmp_path, "R1", "ACME", "user", "2026-03-30", nps=0)
    assert night() == 1
    Alert.objects.update(status="acknowledged", acknowledged_on=DAY)
    assert night() == night(dt.date(2026, 4, 1)) == 0
    assert alerts() == {"R1": ("acknowledged", "")}


def test_answers_older_than_thirty_days_and_of_tomorrow_open_nothing(cast: Cast, tmp_path):
    for number, on in (("OLD", "2026-03-01"), ("EDGE", "2026-03-02"), ("LATER", "2026-04-01")):
        answer(tmp_path, number, "ACME", "", on, nps=1)
    night()
    assert set(alerts()) == {"EDGE"}


def test_the_role_answers_again(cast: Cast, tmp_path):
    answer(tmp_path, "A1", "ACME", "user", "2026-03-20", nps=2)
    answer(tmp_path, "B1", "BOLT", "user", "2026-03-20", nps=2)
    answer(tmp_path, "B2", "BOLT", "decider", "2026-03-20", nps=2)
    night(dt.date(2026, 3, 21))
    answer(tmp_path, "A2", "ACME", "user", "2026-03-25", nps=9)
    answer(tmp_path, "B3", "BOLT", "user", "2026-03-25", nps=5)
    assert night() == 1
    assert alerts() == {
        "A1": ("closed", "recovered"),
        "B1": ("closed", "superseded"),
        "B2": ("open", ""),
        "B3": ("open", ""),
    }


def test_only_the_latest_answer_of_a_role_is_called_about(cast: Cast, tmp_path):
    answer(tmp_path, "A1", "ACME", "user", "2026-03-20", nps=2)
    answer(tmp_path, "A2", "ACME", "user", "2026-03-25", nps=4)
    night()
    assert alerts() == {"A2": ("open", "")}


def test_corrected_deleted_old_and_lost(cast: Cast, tmp_path):
    for number, code in (("A1", "ACME"), ("A2", "ACME"), ("B1", "BOLT"), ("W1", "WOLF")):
        answer(tmp_path, number, code, "", "2026-03-30", nps=2)
    night()
    Answer.objects.filter(response__response_no="A1").update(value=8)
    Answer.objects.filter(response__response_no="A2").delete()
    Response.objects.filter(response_no="A2").delete()
    type(cast.acme).objects.filter(code="WOLF").update(status="lost")
    night(dt.date(2026, 4, 1))
    found = alerts()
    assert found["A1"] == found["A2"] == ("closed", "withdrawn")
    assert found["W1"] == ("closed", "lost")
    night(dt.date(2026, 6, 27))
    assert alerts()["B1"] == ("open", "")
    night(dt.date(2026, 6, 28))
    assert alerts()["B1"] == ("closed", "lapsed")
    assert Alert.objects.get(subject="B1").closed_on == dt.date(2026, 6, 28)
