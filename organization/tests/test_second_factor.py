"""The second factor: setting it up, signing in with it, losing the phone, who must have one."""

import base64
import datetime as dt
import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core.models import History
from organization.models import RecoveryCode, SecondFactor, SecurityEvent, Session, User
from organization.rules import one_time_code
from organization.services import invitation_path
from organization.services.second_factor import new_secret, open_secret, set_up
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105  # of the tests
PAGE = "/preferences/sign-in/second-factor/"


def code_now(secret: bytes, *, later: int = 0) -> str:
    """What the app shows, or will show `later` half minutes from now."""
    return one_time_code(secret, int(timezone.now().timestamp()) // 30 + later)


@pytest.fixture
def secret(cast: Cast) -> bytes:
    """Alice has an app; it was set up one code ago."""
    sealed = new_secret()
    opened = open_secret(sealed)
    assert opened
    assert set_up(cast.alice, sealed=sealed, code=code_now(opened, later=-1))
    return opened


def first_step(client: Client, person: str = "alice"):
    form = {"username": person, "password": PASSWORD, "next": "/customers/"}
    return client.post("/sign-in/", form)


def test_setting_up_shows_a_picture_a_key_and_then_ten_recovery_codes(cast: Cast):
    client, elsewhere = Client(), Client()
    client.force_login(cast.alice)
    elsewhere.force_login(cast.alice)
    page = client.get(PAGE)
    key = re.search(r'class="key">([A-Z2-7 ]+)<', page.content.decode())
    assert key
    secret = base64.b32decode(key.group(1).replace(" ", ""))
    assert '<svg class="qr"' in page.content.decode()
    assert page.headers["Cache-Control"].count("no-store") == 1
    assert client.post(PAGE, {"code": "000000"}).status_code == 422
    assert not SecondFactor.objects.exists()
    done = client.post(PAGE, {"code": code_now(secret)})
    codes = re.findall(r"<code>([a-z2-9-]{14})</code>", done.content.decode())
    assert len(set(codes)) == 10
    assert elsewhere.get("/customers/").status_code == 302, "other sessions end"
    assert client.get("/customers/").status_code == 200
    assert SecurityEvent.objects.filter(user=cast.alice, kind="second_factor_set").exists()


def test_the_password_alone_does_not_let_in(cast: Cast, secret: bytes):
    client = Client()
    assert first_step(client).url == "/sign-in/code/"
    assert client.get("/customers/").status_code == 302
    answer = client.post("/sign-in/code/", {"code": code_now(secret)})
    assert (answer.status_code, answer.url) == (302, "/customers/")
    assert client.get("/customers/").status_code == 200


def test_a_code_counts_once(cast: Cast, secret: bytes):
    code = code_now(secret)
    for expected in (302, 422):
        client = Client()
        first_step(client)
        assert client.post("/sign-in/code/", {"code": code}).status_code == expected


def test_a_recovery_code_counts_once_and_is_written_down(cast: Cast):
    sealed = new_secret()
    codes = set_up(cast.alice, sealed=sealed, code=code_now(open_secret(sealed) or b""))
    assert codes
    for expected in (302, 422):
        client = Client()
        first_step(client)
        typed = codes[3].upper().replace("-", " ")
        assert client.post("/sign-in/code/", {"code": typed}).status_code == expected
    assert RecoveryCode.objects.filter(user=cast.alice, used_at=None).count() == 9
    assert SecurityEvent.objects.filter(kind="recovery_code_used").count() == 1
    used = History.objects.get(table_name="organization_recoverycode", operation="U")
    assert (used.actor, used.actor_id) == ("alice", cast.alice.pk)


def test_guessing_codes_is_limited_from_everywhere(cast: Cast, secret: bytes):
    answers = []
    for number in range(6):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        first_step(client)
        answers.append(client.post("/sign-in/code/", {"code": "000000"}).status_code)
    assert answers == [422] * 5 + [429]
    client = Client()
    first_step(client)
    assert client.post("/sign-in/code/", {"code": code_now(secret)}).status_code == 429


def test_the_second_step_is_only_there_for_ten_minutes_after_the_first(cast: Cast, secret: bytes):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = Client()
        first_step(client)
        clock.shift(dt.timedelta(minutes=11))
        assert client.get("/sign-in/code/").url == "/sign-in/"
        assert client.post("/sign-in/code/", {"code": code_now(secret)}).url == "/sign-in/"


def test_a_password_changed_between_the_steps_begins_again(cast: Cast, secret: bytes):
    client = Client()
    first_step(client)
    cast.alice.set_password("something else entirely")
    cast.alice.save()
    assert client.post("/sign-in/code/", {"code": code_now(secret)}).url == "/sign-in/"


def test_an_invitation_link_does_not_go_round_the_second_factor(cast: Cast, secret: bytes):
    client = Client()
    form = client.get(invitation_path(cast.alice), follow=True).redirect_chain[-1][0]
    new = {"new_password1": "a new good password", "new_password2": "a new good password"}
    assert client.post(form, new).url == "/sign-in/code/"
    assert client.get("/customers/").status_code == 302


def test_what_one_person_shows_counts_for_nobody_else(cast: Cast, secret: bytes):
    """Alice's link, opened where Bob is signed in since long, does not make Bob's session new."""
    client = Client()
    client.force_login(cast.bob)
    Session.objects.update(started_at=timezone.now() - dt.timedelta(minutes=16))
    assert client.get("/customers/export/").url.startswith("/confirm/")
    form = client.get(invitation_path(cast.alice), follow=True).redirect_chain[-1][0]
    new = {"new_password1": "a new good password", "new_password2": "a new good password"}
    assert client.post(form, new).url == "/sign-in/code/"
    assert client.get("/customers/export/").url.startswith("/sign-in/")
    assert client.post("/sign-in/code/", {"code": code_now(secret)}).url == "/"
    assert client.get("/customers/").wsgi_request.user == cast.alice


def test_secrets_and_codes_are_not_readable_in_the_database_or_its_history(
    cast: Cast, secret: bytes
):
    with connection.cursor() as cursor:
        for table in ("organization_secondfactor", "organization_recoverycode"):
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608  # names of tables come from the models
            assert base64.b32encode(secret).decode() not in str(cursor.fetchall())
    history = History.objects.filter(table_name="organization_secondfactor").values("changes")
    assert {tuple(entry["changes"]["secret"]) for entry in history} == {("•••", "•••")}


def test_a_new_key_of_the_site_makes_the_factor_unusable_not_open(
    cast: Cast, secret: bytes, settings: Settings
):
    settings.SECRET_KEY = "another key, as long as a key of a site has to be, and no shorter"  # noqa: S105  # of the tests
    client = Client()
    first_step(client)
    assert client.post("/sign-in/code/", {"code": code_now(secret)}).status_code == 422


class TestLost:
    def test_an_administrator_takes_it_away(self, cast: Cast, secret: bytes):
        alice, admin = Client(), Client()
        first_step(alice)
        alice.post("/sign-in/code/", {"code": code_now(secret)})
        admin.force_login(cast.adam)
        chosen = {"action": "take_second_factor_away", "_selected_action": [cast.alice.pk]}
        admin.post("/admin/organization/user/", chosen)
        assert alice.get("/customers/").status_code == 302, "the lost phone's session ends"
        assert first_step(Client()).url == "/customers/"
        event = SecurityEvent.objects.get(kind="second_factor_removed")
        assert (event.user, event.actor) == (cast.alice, cast.adam)

    def test_one_removes_ones_own(self, cast: Cast, secret: bytes):
        client = Client()
        client.force_login(cast.alice)
        assert client.post(f"{PAGE}remove/").url == "/preferences/sign-in/"
        assert not SecondFactor.objects.exists()
        assert not RecoveryCode.objects.exists()

    def test_new_recovery_codes_make_the_old_ones_void(self, cast: Cast, secret: bytes):
        before = set(RecoveryCode.objects.values_list("digest", flat=True))
        client = Client()
        client.force_login(cast.alice)
        page = client.post("/preferences/sign-in/recovery-codes/").content.decode()
        assert len(re.findall(r"<code>[a-z2-9-]{14}</code>", page)) == 10
        assert not before & set(RecoveryCode.objects.values_list("digest", flat=True))


class TestRequired:
    @pytest.fixture(autouse=True)
    def required(self, settings: Settings) -> None:
        settings.SECOND_FACTOR = "required"

    @pytest.mark.parametrize(
        ("person", "owes"),
        [("adam", True), ("greta", True), ("bruno", False), ("alice", False), ("fiona", False)],
    )
    def test_administrators_and_the_groups_unit_must_have_one(
        self, cast: Cast, person: str, owes: bool
    ):
        client = Client()
        client.force_login(getattr(cast, person))
        start = "/admin/" if person == "adam" else "/customers/"
        answer = client.get(start)
        assert answer.status_code == (302 if owes else 200)
        assert not owes or answer.url == PAGE

    def test_nothing_else_is_open_before_it_is_set_up(self, cast: Cast):
        client = Client()
        client.force_login(cast.adam)
        for path in ("/", "/admin/organization/user/", "/preferences/", "/password/"):
            assert client.get(path).url == PAGE
        assert client.get("/admin/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
        here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{PAGE}"}
        assert client.get("/search/", headers=here).status_code == 204, "typing is not disturbed"
        key = re.search(r'class="key">([A-Z2-7 ]+)<', client.get(PAGE).content.decode())
        assert key
        secret = base64.b32decode(key.group(1).replace(" ", ""))
        assert client.post(PAGE, {"code": code_now(secret)}).status_code == 200
        assert client.get("/admin/").status_code == 200

    def test_it_cannot_be_removed_by_oneself(self, cast: Cast):
        client = Client()
        client.force_login(cast.greta)
        session = client.session
        session["second_factor"] = True
        session.save()
        sealed = new_secret()
        set_up(cast.greta, sealed=sealed, code=code_now(open_secret(sealed) or b""))
        client.post(f"{PAGE}remove/")
        assert SecondFactor.objects.filter(user=cast.greta).exists()

    def test_a_session_from_before_it_was_asked_for_signs_in_again(self, cast: Cast):
        sealed = new_secret()
        set_up(cast.adam, sealed=sealed, code=code_now(open_secret(sealed) or b""))
        client = Client()
        client.force_login(cast.adam)
        assert client.get("/admin/").url == "/sign-in/"
        assert not Session.objects.filter(user=cast.adam).exists()

    def test_who_becomes_an_administrator_needs_one_at_once(self, cast: Cast):
        client = Client()
        client.force_login(cast.alice)
        assert client.get("/customers/").status_code == 200
        User.objects.filter(pk=cast.alice.pk).update(role="administrator")
        assert client.get("/admin/").url == PAGE


def test_the_last_administrator_is_helped_by_a_command(cast: Cast, secret: bytes):
    call_command("second_factor_off", "alice")
    assert first_step(Client()).url == "/customers/"
    for name, words in (("alice", "has no second factor"), ("nobody", "no user named")):
        with pytest.raises(CommandError, match=words):
            call_command("second_factor_off", name)
