"""Invitations and leaving."""

import pytest
from django.core.management import call_command
from django.test import Client

from core.models import History
from organization.models import User
from organization.services import deactivate, first_administrator, invitation_path, reactivate
from tests.cast import Cast, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough secret"  # noqa: S105  # of the tests


def _accept(client: Client, path: str, password: str = PASSWORD):
    form = client.get(path, follow=True)
    if not form.redirect_chain:
        return form
    return client.post(
        form.redirect_chain[-1][0], {"new_password1": password, "new_password2": password}
    )


def test_an_empty_company_gets_one_link_for_its_first_administrator(capsys):
    call_command("admin_link")
    path = capsys.readouterr().out.strip()
    assert path.startswith("/invite/")
    assert User.objects.get().role == User.Role.ADMINISTRATOR
    client = Client()
    assert _accept(client, path).status_code == 302
    assert client.get("/admin/").status_code == 200
    call_command("admin_link")
    assert capsys.readouterr().out == ""


def test_asking_again_before_it_was_used_makes_no_second_administrator(capsys):
    call_command("admin_link")
    call_command("admin_link")
    assert User.objects.count() == 1
    assert len(capsys.readouterr().out.split()) == 2


def test_the_name_admin_may_be_taken_by_somebody_else(cast: Cast):
    make_user("admin", User.Role.ANALYST, cast.east)
    User.objects.filter(role=User.Role.ADMINISTRATOR).update(is_active=False)
    assert first_administrator().username == "admin2"


def test_nobody_is_invited_while_an_administrator_can_sign_in(cast: Cast):
    assert first_administrator() is None


def test_an_invitation_works_once(cast: Cast):
    path = invitation_path(cast.alice)
    assert _accept(Client(), path).status_code == 302
    entry = History.objects.filter(table_name="organization_user").latest("id")
    assert (entry.actor, entry.actor_id) == ("alice", cast.alice.pk)
    again = Client().get(path, follow=True)
    assert "no longer valid" in again.content.decode()
    assert _accept(Client(), path, "another long secret").status_code == 200
    assert Client().login(username="alice", password=PASSWORD)


def test_a_weak_password_is_sent_back_with_what_is_wrong(cast: Cast):
    answer = _accept(Client(), invitation_path(cast.alice), "12345678")
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()


def test_a_forged_invitation_opens_nothing(cast: Cast):
    other = invitation_path(cast.bob).rsplit("/", 2)[1]
    forged = invitation_path(cast.alice).rsplit("/", 2)[0] + f"/{other}/"
    assert "no longer valid" in Client().get(forged, follow=True).content.decode()


def test_who_leaves_is_out_at_once_and_stays_out(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    assert client.get("/customers/").status_code == 200
    link = invitation_path(cast.alice)
    deactivate(cast.alice)
    assert client.get("/customers/").status_code == 302
    assert not Client().login(username="alice", password="correct horse battery")  # noqa: S106  # of the tests
    assert "no longer valid" in Client().get(link, follow=True).content.decode()
    reactivate(cast.alice)
    assert client.get("/customers/").status_code == 302  # the old session stays ended
    cast.alice.refresh_from_db()
    assert _accept(Client(), invitation_path(cast.alice)).status_code == 302
