"""Sign-in, preferences, passwords."""

import pytest
from django.test import Client

from organization.forms import PreferencesForm
from organization.models import User
from tests.cast import Cast

pytestmark = pytest.mark.django_db
GOOD = {"username": "alice", "password": "correct horse battery"}


def test_whoever_is_not_signed_in_is_sent_to_sign_in(cast: Cast):
    answer = Client().get(f"/customers/{cast.acme.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/sign-in/?next=/customers/{cast.acme.pk}/")


def test_people_sign_in_and_out(cast: Cast):
    client = Client()
    answer = client.post("/sign-in/?next=/customers/", {**GOOD, "next": "/customers/"})
    assert (answer.status_code, answer.url) == (302, "/customers/")
    assert "Sign out" in client.get("/customers/").content.decode()
    client.post("/sign-out/")
    assert client.get("/customers/").status_code == 302


def test_signing_out_needs_a_form_of_ours(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    assert client.get("/sign-out/").status_code == 405


def _refusal(username: str, password: str) -> tuple[int, str]:
    answer = Client().post("/sign-in/", {"username": username, "password": password})
    page = answer.content.decode().replace(f'value="{username}"', "")
    return answer.status_code, "".join(line for line in page.split("\n") if "csrf" not in line)


def test_unknown_people_wrong_passwords_and_inactive_accounts_read_the_same(cast: Cast):
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    wrong, unknown, inactive = (
        _refusal("alice", "wrong"),
        _refusal("nobody", "wrong"),
        _refusal("bob", "correct horse battery"),
    )
    assert wrong == unknown == inactive
    assert wrong[0] == 422
    assert "do not match an active account" in wrong[1]


def test_the_way_back_leads_nowhere_else(cast: Cast):
    answer = Client().post("/sign-in/", {**GOOD, "next": "https://evil.example/"})
    assert answer.url == "/"
    answer = Client().post("/language/", {"language": "en", "next": "//evil.example/"})
    assert answer.url == "/"


def test_the_way_back_leads_in_no_ring(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    assert client.get("/sign-in/?next=/sign-in/").url == "/"


def test_the_language_is_chosen_before_sign_in(cast: Cast):
    client = Client(headers={"accept-language": "en"})
    assert '<html lang="en"' in client.get("/sign-in/").content.decode()
    client.post("/language/", {"language": "zh-hans", "next": "/sign-in/"})
    page = client.get("/sign-in/")
    assert '<html lang="zh-hans"' in page.content.decode()
    assert page.headers["Content-Language"] == "zh-hans"
    client.post("/language/", {"language": "xx"})
    assert '<html lang="zh-hans"' in client.get("/sign-in/").content.decode()


def test_a_persons_own_language_goes_before_the_browsers(cast: Cast):
    client = Client(headers={"accept-language": "zh-cn"})
    client.force_login(cast.alice)
    assert '<html lang="en"' in client.get("/preferences/").content.decode()
    saved = client.post(
        "/preferences/",
        {"language": "zh-hans", "theme": "dark", "density": "compact", "letter_keys": "on"},
    )
    assert saved.status_code == 302
    page = client.get("/preferences/").content.decode()
    assert '<html lang="zh-hans" data-theme="dark" data-density="compact">' in page


def test_a_preference_that_does_not_exist_is_refused(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    answer = client.post(
        "/preferences/",
        {"language": "", "theme": "pink", "density": "compact", "letter_keys": "on"},
    )
    assert answer.status_code == 422
    assert User.objects.get(pk=cast.alice.pk).theme == "auto"


def test_preferences_change_only_oneself_and_only_preferences(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    client.post(
        "/preferences/",
        {
            "language": "en",
            "theme": "dark",
            "density": "compact",
            "letter_keys": "on",
            "role": "administrator",
        },
    )
    assert User.objects.get(pk=cast.alice.pk).role == "account_manager"
    assert User.objects.get(pk=cast.bob.pk).theme == "auto"


def test_colours_change_from_any_page(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    answer = client.post("/theme/", {"theme": "dark", "next": "/customers/?tier=large"})
    assert answer.url == "/customers/?tier=large"
    assert 'data-theme="dark"' in client.get("/customers/").content.decode()
    client.post("/theme/", {"theme": "<script>"})
    assert User.objects.get(pk=cast.alice.pk).theme == "dark"


def test_a_new_password_ends_the_other_sessions(cast: Cast):
    here, elsewhere = Client(), Client()
    assert here.login(**GOOD)
    assert elsewhere.login(**GOOD)
    new = "another long secret"
    form = {"old_password": GOOD["password"], "new_password1": new, "new_password2": new}
    assert here.post("/password/", {**form, "old_password": "wrong"}).status_code == 422
    assert here.post("/password/", form).status_code == 302
    assert here.get("/customers/").status_code == 200
    assert elsewhere.get("/customers/").status_code == 302


def test_everyone_starts_where_their_work_is(cast: Cast):
    for person, theirs in ((cast.alice, "/customers/"), (cast.adam, "/admin/")):
        client = Client()
        client.force_login(person)
        assert theirs in client.get("/").content.decode()
        assert client.get(theirs).status_code == 200


@pytest.mark.parametrize("path", ["/sign-in/", "/", "/customers/", "/nowhere/"])
def test_every_answer_carries_the_strict_browser_policy(cast: Cast, path: str):
    client = Client()
    if path != "/sign-in/":
        client.force_login(cast.alice)
    policy = client.get(path).headers["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == parts["frame-ancestors"] == parts["base-uri"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == "'self'"
    assert "unsafe" not in policy


def test_a_fragment_whose_session_has_ended_reloads_its_page(cast: Cast):
    answer = Client().get("/customers/", headers={"HX-Request": "true"}, follow=True)
    assert answer.headers["HX-Refresh"] == "true"
    assert answer.content == b""


def test_preferences_saved_while_the_access_is_ended_do_not_bring_it_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    checked = PreferencesForm.is_valid

    def slowly(form: PreferencesForm) -> bool:
        """An administrator is faster."""
        User.objects.filter(pk=cast.alice.pk).update(is_active=False)
        return checked(form)

    monkeypatch.setattr(PreferencesForm, "is_valid", slowly)
    client = Client()
    client.force_login(cast.alice)
    values = {"language": "en", "theme": "dark", "density": "compact"}
    assert client.post("/preferences/", values).status_code == 302
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.theme, alice.is_active) == ("dark", False)
