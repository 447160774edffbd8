"""R2, short: killed at any moment and run again, the night gives the same, whole, once."""

import datetime as dt
from itertools import count

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from core.rules import add_months
from crm.nightly import run
from crm.roles import JOB
from drill import _night_process as night_process
from drill import _nights as nights

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = dt.date(2025, 6, 30)
KILLS = 20


@pytest.fixture
def processes_find_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIHU_DB_NAME", connection.settings_dict["NAME"])
    monkeypatch.setenv("YIHU_DB_ROLE", JOB)
    monkeypatch.setenv("PYTHONPATH", str(settings.BASE_DIR))


@pytest.mark.usefixtures("processes_find_the_database")
def test_killed_at_random_moments_the_nights_are_the_same_as_undisturbed():
    nights.company()
    days = (add_months(FIRST, number) for number in count())
    killed = nights.killed(days, [night_process.nightly], kills=KILLS)
    call_command("flush", interactive=False, verbosity=0)
    nights.company()
    whole = nights.undisturbed(killed.days)
    assert killed.published_twice == []
    assert killed.figures == whole.figures
    assert killed.left == whole.left
    assert len(whole.seen) == len(killed.days) + 1
    assert len(killed.seen) > len(killed.days) / 2
    assert killed.seen <= whole.seen, "a reader saw a mixture"


def test_a_reader_in_the_middle_of_publication_sees_the_night_before():
    nights.company()
    run(FIRST)
    before, between, _ = nights.seen_in_the_middle(add_months(FIRST, 1), in_one_transaction=True)
    assert between == before


def test_published_in_two_transactions_a_reader_would_see_a_mixture():
    """The control: what the polling reader looks for is there once the protection is off."""
    nights.company()
    run(FIRST)
    before, between, after = nights.seen_in_the_middle(
        add_months(FIRST, 1), in_one_transaction=False
    )
    assert between not in {before, after}
