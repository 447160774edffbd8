"""Sessions: seen, ended, grown too old; and being asked again before what matters."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from conftest import as_role
from organization.models import Deputy, SecurityEvent, Session, SignInTry, User
from organization.services import deactivate
from organization.services.retention import forget_old
from organization.services.sessions import handle
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"  # noqa: S105  # of the tests
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 14) Chrome/116.0 Mobile MicroMessenger/8.0.47"


def at_device(user: User, agent: str, address: str) -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.force_login(user)
    assert client.get("/preferences/sign-in/").status_code == 200
    return client


def test_people_see_where_they_are_signed_in(cast: Cast):
    at_device(cast.alice, PHONE, "198.51.100.7")
    at_device(cast.bob, PHONE, "198.51.100.99")
    page = at_device(cast.alice, WINDOWS, "203.0.113.5").get("/preferences/sign-in/")
    text = page.content.decode()
    assert "Chrome on Windows" in text
    assert "WeChat on Android" in text
    assert text.count("this device") == 1
    assert "198.51.100.7" in text
    assert "198.51.100.99" not in text, "somebody else's"
    for session in Session.objects.all():
        assert session.session_key not in text


def test_one_session_is_ended(cast: Cast):
    phone = at_device(cast.alice, PHONE, "198.51.100.7")
    here = at_device(cast.alice, WINDOWS, "203.0.113.5")
    name = handle(Session.objects.get(session_key=phone.session.session_key))
    assert here.post(f"/preferences/sign-in/sessions/{name}/end/").status_code == 302
    assert phone.get("/preferences/").status_code == 302
    assert here.get("/preferences/").status_code == 200
    assert SecurityEvent.objects.filter(user=cast.alice, kind="session_ended").count() == 1


def test_nobody_ends_somebody_elses(cast: Cast):
    bob = at_device(cast.bob, PHONE, "198.51.100.7")
    name = handle(Session.objects.get(user=cast.bob))
    alice = at_device(cast.alice, WINDOWS, "203.0.113.5")
    assert alice.post(f"/preferences/sign-in/sessions/{name}/end/").status_code == 404
    assert bob.get("/preferences/").status_code == 200


def test_all_others_are_ended(cast: Cast):
    others = [at_device(cast.alice, PHONE, f"198.51.100.{number}") for number in range(3)]
    bob = at_device(cast.bob, PHONE, "198.51.100.9")
    here = at_device(cast.alice, WINDOWS, "203.0.113.5")
    here.post("/preferences/sign-in/sessions/end/")
    assert [client.get("/preferences/").status_code for client in others] == [302] * 3
    assert here.get("/preferences/").status_code == bob.get("/preferences/").status_code == 200


def test_leaving_and_a_new_password_end_sessions_in_the_list_too(cast: Cast):
    at_device(cast.alice, PHONE, "198.51.100.7")
    here = at_device(cast.alice, WINDOWS, "203.0.113.5")
    new = "another long secret"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/password/", form).status_code == 302
    assert Session.objects.filter(user=cast.alice).count() == 1
    deactivate(cast.alice)
    assert Session.objects.filter(user=cast.alice).count() == 0
    assert here.get("/preferences/").status_code == 302


def test_guessing_the_old_password_in_a_stolen_session_is_limited(cast: Cast):
    client = at_device(cast.alice, WINDOWS, "203.0.113.5")
    new = {"new_password1": "another long secret", "new_password2": "another long secret"}
    answers = [
        client.post("/password/", {"old_password": "guess", **new}).status_code for _ in range(5)
    ]
    assert answers == [422] * 5
    client.post("/password/", {"old_password": PASSWORD, **new})
    assert User.objects.get(pk=cast.alice.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("used_every", "times", "status"),
    [(60, 11, 200), (125, 1, 302), (60, 13, 302)],
    ids=["in use", "unused for more than two hours", "older than twelve hours"],
)
def test_sessions_grow_too_old(cast: Cast, used_every: int, times: int, status: int):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = at_device(cast.alice, WINDOWS, "203.0.113.5")
        for _ in range(times):
            clock.shift(dt.timedelta(minutes=used_every))
            answer = client.get("/preferences/")
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
    ],
)
def test_the_same_device_is_no_news(cast: Cast, address: str, kept: str | None):
    with time_machine.travel(timezone.now(), tick=False):
        client = at_device(cast.alice, WINDOWS, address)
        assert Session.objects.get(user=cast.alice).address == kept
        with CaptureQueriesContext(connection) as queries:
            client.get("/preferences/")
        assert not [query for query in queries if query["sql"].startswith("UPDATE")]


def test_a_request_writes_down_the_use_at_most_every_five_minutes(cast: Cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = at_device(cast.alice, WINDOWS, "203.0.113.5")
        first = Session.objects.get(user=cast.alice).used_at
        clock.shift(dt.timedelta(minutes=4))
        client.get("/preferences/")
        assert Session.objects.get(user=cast.alice).used_at == first
        clock.shift(dt.timedelta(minutes=2))
        client.get("/preferences/")
        assert Session.objects.get(user=cast.alice).used_at == first + dt.timedelta(minutes=6)


class TestAskedAgain:
    USERS = "/admin/organization/user/"

    @pytest.fixture
    def adam(self, cast: Cast) -> Client:
        """An administrator who signed in a while ago."""
        client = at_device(cast.adam, WINDOWS, "203.0.113.5")
        Session.objects.filter(user=cast.adam).update(
            started_at=timezone.now() - dt.timedelta(minutes=16)
        )
        return client

    def test_before_a_role_is_changed(self, cast: Cast, adam: Client):
        page = f"{self.USERS}{cast.alice.pk}/change/"
        form = {"username": "alice", "name": "A", "email": "", "role": "finance",
                "org_unit": cast.east.pk, "language": ""}  # fmt: skip
        assert adam.post(page, form).url == f"/confirm/?next={page.replace('/', '%2F')}"
        assert User.objects.get(pk=cast.alice.pk).role == "account_manager"
        answer = adam.post(f"/confirm/?next={page}", {"password": PASSWORD})
        assert answer.url == page
        adam.post(page, form)
        assert User.objects.get(pk=cast.alice.pk).role == "finance"

    def test_before_access_is_ended(self, cast: Cast, adam: Client):
        chosen = {"action": "end_access", "_selected_action": [cast.alice.pk]}
        assert adam.post(self.USERS, chosen).url.startswith("/confirm/")
        assert User.objects.get(pk=cast.alice.pk).is_active

    def test_before_somebody_gets_to_see_more(self, cast: Cast, adam: Client):
        """By standing in for another one, or by a unit that moves in the tree."""
        today = timezone.localdate()
        people = {"user": cast.wendy.pk, "deputy": cast.alice.pk}
        page = "/admin/organization/deputy/add/"
        answer = adam.post(page, {**people, "starts_on": today, "ends_on": today})
        assert answer.url.startswith("/confirm/")
        absence = Deputy.objects.create(
            user=cast.wendy, deputy=cast.bob, starts_on=today, ends_on=today
        )
        assert not Deputy.objects.filter(deputy=cast.alice, user=cast.wendy).exists()
        chosen = {"action": "delete_selected", "_selected_action": [absence.pk], "post": "yes"}
        for page, data in (
            ("/admin/organization/deputy/", chosen),
            (f"/admin/organization/deputy/{absence.pk}/delete/", {"post": "yes"}),
            (f"/admin/organization/orgunit/{cast.west_outlet.pk}/change/", {"code": "X"}),
        ):
            assert adam.post(page, data).url.startswith("/confirm/"), page
        assert Deputy.objects.filter(pk=absence.pk).exists()

    def test_looking_at_the_list_needs_nothing_more(self, adam: Client):
        assert adam.get(self.USERS).status_code == 200

    def test_before_a_whole_list_is_taken_out(self, cast: Cast):
        client = at_device(cast.greta, WINDOWS, "203.0.113.5")
        assert client.get("/customers/export/").status_code == 200
        Session.objects.update(started_at=timezone.now() - dt.timedelta(minutes=16))
        for page in ("customers", "receivables"):
            answer = client.get(f"/{page}/export/?q=a")
            assert answer.url == f"/confirm/?next=%2F{page}%2F%3Fq%3Da", "with the list's filter"
        answer = client.get("/segmentation/moves/export/?kind=down")
        assert answer.url == "/confirm/?next=%2Fsegmentation%2F%3Fkind%3Ddown"
        chosen = {"act": "export", "all": "1", "filter": "q=a"}
        answer = client.post("/customers/bulk/", chosen)
        assert answer.url == "/confirm/?next=%2Fcustomers%2F%3Fq%3Da", "nor by selecting all"

    def test_whoever_came_by_a_click_is_not_asked_for_a_password_they_do_not_know(
        self, cast: Cast, settings: Settings
    ):
        client = at_device(cast.greta, WINDOWS, "203.0.113.5")
        session = client.session
        session["of_demonstration"] = True
        session.save()
        Session.objects.update(started_at=timezone.now() - dt.timedelta(hours=1))
        assert client.get("/customers/export/").status_code == 200
        settings.PRODUCTION = True
        assert client.get("/customers/export/").status_code == 302

    def test_before_the_second_factor_is_touched(self, adam: Client):
        for path in ("second-factor/", "second-factor/remove/", "recovery-codes/"):
            method = adam.get if path == "second-factor/" else adam.post
            assert method(f"/preferences/sign-in/{path}").url.startswith("/confirm/")

    def test_only_the_right_password_counts_and_not_for_long(self, cast: Cast, adam: Client):
        page = f"{self.USERS}{cast.alice.pk}/change/"
        assert adam.post(f"/confirm/?next={page}", {"password": "wrong"}).status_code == 422
        assert adam.get(page).status_code == 302
        with time_machine.travel(timezone.now(), tick=False) as clock:
            adam.post(f"/confirm/?next={page}", {"password": PASSWORD})
            clock.shift(dt.timedelta(minutes=14))
            assert adam.get(page).status_code == 200
            clock.shift(dt.timedelta(minutes=2))
            assert adam.get(page).status_code == 302

    def test_guesses_are_counted(self, cast: Cast, adam: Client):
        answers = [adam.post("/confirm/", {"password": "wrong"}).status_code for _ in range(6)]
        assert answers == [422] * 5 + [429]
        assert adam.post("/confirm/", {"password": PASSWORD}).status_code == 429

    def test_the_way_on_leads_nowhere_else(self, adam: Client):
        answer = adam.post("/confirm/?next=https://evil.example/", {"password": PASSWORD})
        assert answer.url == "/"


class TestTheRecord:
    @pytest.mark.parametrize("role", ["crm_app", "crm_job"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE organization_securityevent SET kind = 'x'",
            "DELETE FROM organization_securityevent",
            "TRUNCATE organization_securityevent",
        ],
    )
    def test_nobody_changes_it(self, role: str, statement: str):
        with (
            as_role(role),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    def test_old_ones_go_by_night_and_young_ones_never(self, cast: Cast):
        now = timezone.now()
        for days in (1, 399, 401):
            SecurityEvent.objects.create(
                kind="signed_in", user=cast.alice, at=now - dt.timedelta(days=days)
            )
        SignInTry.objects.create(key="old", tries=6, ends_at=now - dt.timedelta(days=2))
        SignInTry.objects.create(key="new", tries=6, ends_at=now - dt.timedelta(hours=2))
        at_device(cast.bob, PHONE, "198.51.100.7")
        Session.objects.update(expire_date=now - dt.timedelta(seconds=1))
        assert forget_old(now) == 3
        assert SecurityEvent.objects.count() == 2
        assert [counted.key for counted in SignInTry.objects.all()] == ["new"]
        with pytest.raises(IntegrityError, match="kept for 90 days"), transaction.atomic():
            forget_old(now + dt.timedelta(days=311))

    def test_administrators_read_it_and_others_do_not(self, cast: Cast):
        Client(REMOTE_ADDR="203.0.113.5").post(
            "/sign-in/", {"username": "alice", "password": "wrong"}
        )
        adam, alice = Client(), Client()
        adam.force_login(cast.adam)
        alice.force_login(cast.alice)
        page = adam.get("/admin/organization/securityevent/").content.decode()
        assert "Sign-in refused" in page
        assert "203.0.113.5" in page
        assert alice.get("/admin/organization/securityevent/").status_code == 403


def test_the_administration_has_no_sign_in_of_its_own(cast: Cast):
    answer = Client().get("/admin/login/?next=/admin/organization/user/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/admin/organization/user/")
    form = {"username": "adam", "password": PASSWORD}
    client = Client()
    client.post("/admin/login/", form)
    assert client.get("/admin/").status_code == 302
    alice = Client()
    alice.force_login(cast.alice)
    for path in ("/admin/", "/admin/login/", "/admin/nonsense/"):
        assert alice.get(path).status_code == 403
