"""Sign-in cannot be forced (R14): tries are counted before a password is looked at."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from organization.models import SecurityEvent, SignInTry, User
from organization.services import deactivate
from organization.services.tries import count_password_try, forget_tries
from tests.cast import Cast, make_cast

PASSWORD = "correct horse battery"  # noqa: S105  # of the tests
OFFICE, ELSEWHERE = "203.0.113.5", "198.51.100.7"


def sign_in(username: str, password: str, address: str = OFFICE, **extra: str):
    return Client(REMOTE_ADDR=address, **extra).post(
        "/sign-in/", {"username": username, "password": password}
    )


def kinds(user: User | None) -> list[str]:
    return list(
        SecurityEvent.objects.filter(user=user).order_by("pk").values_list("kind", flat=True)
    )


@pytest.mark.django_db
class TestTries:
    def test_after_five_wrong_passwords_one_waits_even_with_the_right_one(self, cast: Cast):
        answers = [sign_in("alice", "wrong").status_code for _ in range(5)]
        assert answers == [422] * 5
        locked = sign_in("alice", PASSWORD)
        assert locked.status_code == 429
        assert "Wait 15 minutes" in locked.content.decode()

    def test_the_right_password_lets_in_after_the_wait(self, cast: Cast):
        for _ in range(6):
            sign_in("alice", "wrong")
        SignInTry.objects.update(ends_at=timezone.now() - dt.timedelta(seconds=1))
        assert sign_in("alice", PASSWORD).status_code == 302

    def test_refused_tries_do_not_make_the_wait_longer(self, cast: Cast):
        for _ in range(5):
            sign_in("alice", "wrong")
        until = SignInTry.objects.get().ends_at
        sign_in("alice", "wrong")
        assert SignInTry.objects.get().ends_at == until

    def test_the_right_password_begins_the_count_anew(self, cast: Cast):
        for _ in range(2):
            for _ in range(4):
                assert sign_in("alice", "wrong").status_code == 422
            assert sign_in("alice", PASSWORD).status_code == 302

    def test_the_colleague_at_the_same_address_gets_in(self, cast: Cast):
        for _ in range(9):
            sign_in("alice", "wrong")
        assert sign_in("bob", PASSWORD).status_code == 302

    def test_a_stranger_elsewhere_cannot_lock_a_person_out(self, cast: Cast):
        for _ in range(9):
            sign_in("alice", "wrong", ELSEWHERE)
        assert sign_in("alice", PASSWORD).status_code == 302

    def test_another_spelling_of_the_name_is_no_fresh_start(self, cast: Cast):
        for name in ("alice", "Alice", "ALICE", " alice", "ａlice"):
            sign_in(name, "wrong")
        assert sign_in("alice", PASSWORD).status_code == 429

    def test_an_unknown_name_is_answered_like_a_known_one(self, cast: Cast):
        for number in range(7):
            known, unknown = sign_in("alice", "wrong"), sign_in("nobody", "wrong")
            assert known.status_code == unknown.status_code == (422 if number < 5 else 429)
            pages = [
                [line for line in page.content.decode().split("\n")
                 if "csrf" not in line and 'name="username"' not in line]
                for page in (known, unknown)
            ]  # fmt: skip
            assert pages[0] == pages[1]

    def test_a_locked_try_looks_at_no_password(self, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        looked = count_hashes(monkeypatch)
        for _ in range(9):
            sign_in("alice", "wrong")
        assert looked == [1] * 5

    def test_forwarded_addresses_count_only_behind_a_proxy(self, cast: Cast, settings: Settings):
        for number in range(5):
            sign_in("alice", "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
        assert sign_in("alice", PASSWORD).status_code == 429
        settings.BEHIND_PROXY = True
        forged = f"{OFFICE}, {ELSEWHERE}"  # the proxy adds the last one
        for _ in range(5):
            assert sign_in("bob", "wrong", HTTP_X_FORWARDED_FOR=forged).status_code == 422
        assert sign_in("bob", PASSWORD, HTTP_X_FORWARDED_FOR=ELSEWHERE).status_code == 429
        with_port = f"{ELSEWHERE}:51423"  # as some proxies write it
        assert sign_in("bob", PASSWORD, HTTP_X_FORWARDED_FOR=with_port).status_code == 429
        assert sign_in("bob", PASSWORD, HTTP_X_FORWARDED_FOR=OFFICE).status_code == 302

    def test_an_administrator_unlocks(self, cast: Cast):
        for _ in range(6):
            sign_in("alice", "wrong")
        admin = Client()
        admin.force_login(cast.adam)
        chosen = {"action": "unlock_sign_in", "_selected_action": [cast.alice.pk]}
        page = admin.post("/admin/organization/user/", chosen, follow=True)
        assert "1 person may try again." in page.content.decode()
        assert sign_in("alice", PASSWORD).status_code == 302
        assert "unlocked" in kinds(cast.alice)

    def test_an_administrator_unlocks_one_count(self, cast: Cast):
        for name in ("alice", "nobody"):
            for _ in range(6):
                sign_in(name, "wrong")
        admin = Client()
        admin.force_login(cast.adam)
        assert "203.0.113.5" in admin.get("/admin/organization/signintry/").content.decode()
        [counted] = SignInTry.objects.filter(user=cast.alice)
        chosen = {"action": "unlock", "_selected_action": [counted.key]}
        admin.post("/admin/organization/signintry/", chosen)
        assert sign_in("alice", PASSWORD).status_code == 302
        assert sign_in("nobody", "wrong").status_code == 429


def count_hashes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one whenever the costly part of a password check is done."""
    looked: list[int] = []
    hasher = hashers.get_hasher()
    encode = type(hasher).encode

    def counted(self, *args, **kwargs):
        looked.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(type(hasher), "encode", counted)
    return looked


@pytest.mark.django_db
def test_known_unknown_inactive_and_invited_people_cost_the_same_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    """One hash each: the hash is a hundred times all the rest."""
    deactivate(cast.bob)
    User.objects.create_user("nora", role="analyst", org_unit=cast.east)  # no password yet
    looked = count_hashes(monkeypatch)
    for name in ("alice", "nobody", "bob", "nora"):
        looked.clear()
        assert sign_in(name, "wrong").status_code == 422
        assert looked == [1], name


@pytest.mark.django_db
def test_what_happens_is_written_down(cast: Cast):
    for _ in range(8):
        sign_in("alice", "wrong")
    assert kinds(cast.alice) == ["refused"] * 5 + ["locked"]
    sign_in("bob", PASSWORD, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/132.0")
    event = SecurityEvent.objects.get(user=cast.bob)
    assert (event.kind, event.way, event.address) == ("signed_in", "password", OFFICE)
    assert "Firefox" in event.agent


@pytest.mark.django_db
def test_a_password_typed_as_user_name_is_kept_nowhere(cast: Cast):
    sign_in("my secret pass phrase", "x")
    with connection.cursor() as cursor:
        for table in ("organization_securityevent", "organization_signintry"):
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608  # names of tables come from the models
            assert "secret" not in str(cursor.fetchall())


# --- 500 at once ------------------------------------------------------------------------------


def _in_parallel(number: int, work) -> list:
    """`work()` so many times on eight connections, all beginning together."""
    gate = threading.Barrier(8)

    def part(count: int) -> list:
        gate.wait()
        try:
            return [work() for _ in range(count)]
        finally:
            connection.close()

    shares = [number // 8 + (index < number % 8) for index in range(8)]
    with ThreadPoolExecutor(8) as pool:
        return [answer for answers in pool.map(part, shares) for answer in answers]


@pytest.mark.django_db(transaction=True)
def test_of_500_tries_at_once_exactly_five_are_looked_at():
    make_cast()
    tries = _in_parallel(500, lambda: count_password_try("alice", OFFICE))
    assert sum(counted.allowed for counted in tries) == settings.SIGN_IN_TRIES == 5
    assert sorted(counted.number for counted in tries) == list(range(1, 501))
    assert sum(counted.locks for counted in tries) == 1
    assert count_password_try("bob", OFFICE).allowed


@pytest.mark.django_db(transaction=True)
def test_of_60_requests_at_once_exactly_five_passwords_are_hashed(
    monkeypatch: pytest.MonkeyPatch,
):
    make_cast()
    looked = count_hashes(monkeypatch)
    answers = _in_parallel(60, lambda: sign_in("alice", "wrong").status_code)
    assert len(looked) == answers.count(422) == 5
    assert answers.count(429) == 55
    assert sign_in("bob", PASSWORD).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_counting_by_reading_first_would_let_more_through():
    """The negative control: the same race against a count that reads, then writes."""
    make_cast()
    first = count_password_try("alice", OFFICE)
    gate = threading.Barrier(8)

    def naive() -> bool:
        counted = SignInTry.objects.get(key=first.key)
        gate.wait()
        SignInTry.objects.filter(key=first.key).update(tries=counted.tries + 1)
        return counted.tries + 1 <= settings.SIGN_IN_TRIES

    assert sum(_in_parallel(64, naive)) > settings.SIGN_IN_TRIES
    forget_tries(first)
