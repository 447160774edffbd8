"""Setting up people in the admin."""

import re

import pytest
from django.templatetags.static import static
from django.test import Client

from organization.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
USERS = "/admin/organization/user/"


@pytest.fixture
def adam(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.adam)
    return client


def test_only_administrators_enter(cast: Cast):
    for person in cast.eight_roles.values():
        client = Client()
        client.force_login(person)
        assert (client.get("/admin/").status_code == 200) == (person == cast.adam)


def test_the_admin_wears_the_products_colours(adam: Client):
    page = adam.get("/admin/").content.decode()
    assert static("css/admin-theme.css") in page
    assert "Yihu" in page


def test_a_new_person_gets_an_invitation_and_no_password(cast: Cast, adam: Client):
    form = {"username": "nora", "name": "Nora", "email": "", "role": "analyst"}
    answer = adam.post(USERS + "add/", {**form, "org_unit": cast.east.pk}, follow=True)
    nora = User.objects.get(username="nora")
    assert not nora.has_usable_password()
    link = re.search(r"http://testserver(/invite/[\w/-]+/)", answer.content.decode())
    assert link
    assert "Set a password" in Client().get(link.group(1), follow=True).content.decode()


def test_everyone_but_an_administrator_needs_a_unit(adam: Client):
    form = {"username": "nora", "name": "", "email": "", "role": "analyst", "org_unit": ""}
    answer = adam.post(USERS + "add/", form)
    assert "needs a home unit" in answer.content.decode()
    assert not User.objects.filter(username="nora").exists()


def _act(client: Client, action: str, *people: User):
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    return client.post(USERS, chosen, follow=True)


def test_access_ends_at_once_but_not_ones_own(cast: Cast, adam: Client):
    alice = Client()
    alice.force_login(cast.alice)
    page = _act(adam, "end_access", cast.alice, cast.adam)
    assert "cannot end your own" in page.content.decode()
    assert alice.get("/customers/").status_code == 302
    assert adam.get("/admin/").status_code == 200
    page = _act(adam, "give_access_back", cast.alice)
    assert "/invite/" in page.content.decode()
    assert User.objects.get(pk=cast.alice.pk).is_active


def test_a_forgotten_password_is_mended_by_a_link(cast: Cast, adam: Client):
    page = _act(adam, "send_invitation", cast.alice)
    assert page.content.decode().count("/invite/") == 1


def test_nobody_is_deleted_and_groups_are_gone(cast: Cast, adam: Client):
    assert adam.get(f"{USERS}{cast.alice.pk}/delete/").status_code == 403
    assert adam.get("/admin/auth/group/").status_code == 404


@pytest.mark.parametrize("kind", ["orgunit", "department", "deputy", "user"])
def test_every_setup_page_opens(adam: Client, kind: str):
    for page in ("", "add/", "?q=a"):
        assert adam.get(f"/admin/organization/{kind}/{page}").status_code == 200
