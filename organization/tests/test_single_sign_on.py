"""Single sign-on against a provider that answers over HTTP, honest or not."""

import http.client
import time
from collections.abc import Iterator

import jwt
import pytest
from django.test import Client
from pytest_django import Settings

from organization import oidc
from organization.models import SecurityEvent, User
from organization.services.second_factor import new_secret, open_secret, set_up
from organization.tests.provider import CLIENT, SECRET, Provider, new_key, running
from organization.tests.test_second_factor import code_now
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BACK = "/sign-in/sso/return/"


@pytest.fixture
def provider(cast: Cast, settings: Settings) -> Iterator[Provider]:
    oidc._discovered.clear()
    with running() as found:
        settings.OIDC_ISSUER, settings.OIDC_NAME = found.issuer, "Acme ID"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT, SECRET
        yield found


def sign_in(provider: Provider, client: Client | None = None, *, then: str = "/customers/"):
    """To the provider and back; the answer to coming back."""
    client = client or Client()
    address = client.get(f"/sign-in/sso/?next={then}").url
    return client.get(f"{BACK}?{provider.authorize(address)}")


def test_without_a_provider_there_is_no_button_and_no_address(cast: Cast):
    assert "/sso/" not in Client().get("/sign-in/").content.decode()
    assert Client().get("/sign-in/sso/").status_code == 404
    assert Client().get(BACK).status_code == 404


def test_whom_the_provider_names_is_let_in(cast: Cast, provider: Provider):
    client = Client()
    answer = sign_in(provider, client)
    assert (answer.status_code, answer.url) == (302, "/customers/")
    assert client.get("/customers/").wsgi_request.user == cast.alice
    event = SecurityEvent.objects.get(user=cast.alice)
    assert (event.kind, event.way) == ("signed_in", "provider")
    assert provider.asked["scope"].split()[0] == "openid"
    assert provider.asked["code_challenge_method"] == "S256"


def test_the_provider_is_asked_for_its_addresses_once(provider: Provider):
    for _ in range(3):
        sign_in(provider)
    assert sorted(provider.calls) == [
        "/.well-known/openid-configuration", "/keys", *["/token"] * 3,
    ]  # fmt: skip


def test_accounts_are_not_made_and_ended_ones_stay_ended(cast: Cast, provider: Provider):
    User.objects.filter(username="bob").update(is_active=False)
    people = User.objects.count()
    for name in ("bob", "nobody", "", "Alice", None, ["alice"]):
        provider.claims = {"preferred_username": name}
        client = Client()
        assert sign_in(provider, client).url == "/sign-in/"
        assert "not set up here" in client.get("/sign-in/").content.decode()
        assert client.get("/customers/").status_code == 302
    assert User.objects.count() == people


def test_by_verified_e_mail_of_one_person_only(cast: Cast, provider: Provider, settings: Settings):
    settings.OIDC_CLAIM = "email"
    User.objects.filter(username="alice").update(email="Alice@example.com")
    provider.claims = {"email": "alice@EXAMPLE.com", "email_verified": True}
    assert sign_in(provider).url == "/customers/"
    for unverified in (False, "true", None):
        provider.claims = {"email": "alice@example.com", "email_verified": unverified}
        assert sign_in(provider).url == "/sign-in/"
    User.objects.filter(username="bob").update(email="alice@example.com")
    provider.claims = {"email": "alice@example.com", "email_verified": True}
    assert sign_in(provider).url == "/sign-in/"


LIES = {
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "another audience": {"claims": {"aud": "another-app"}},
    "several audiences, made for another": {"claims": {"aud": [CLIENT, "x"], "azp": "x"}},
    "too old": {"claims": {"exp": int(time.time()) - 3600}},
    "from the future": {"claims": {"iat": int(time.time()) + 3600}},
    "of another sign-in": {"claims": {"nonce": "another"}},
    "without nonce": {"without": {"nonce"}},
    "without end": {"without": {"exp"}},
    "signed by somebody else": {"signs_with": new_key()},
    "a key it does not have": {"headers": {"kid": "unknown"}},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_good_is_refused(cast: Cast, provider: Provider, lie: str):
    for name, value in LIES[lie].items():
        setattr(provider, name, value)
    client = Client()
    assert sign_in(provider, client).url == "/sign-in/"
    assert client.get("/customers/").status_code == 302
    assert SecurityEvent.objects.get().kind == "refused"


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_without_a_real_signature_is_refused(
    cast: Cast, provider: Provider, algorithm: str, monkeypatch: pytest.MonkeyPatch
):
    def forged(self: Provider) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 60,
                "nonce": self.asked["nonce"], "preferred_username": "alice"}  # fmt: skip
        key = None if algorithm == "none" else SECRET * 2
        return jwt.encode(said, key, algorithm=algorithm, headers={"kid": self.kid})

    monkeypatch.setattr(Provider, "identity", forged)
    assert sign_in(provider).url == "/sign-in/"


def test_an_answer_to_nobodys_question_is_refused(cast: Cast, provider: Provider):
    victim, attacker = Client(), Client()
    query = provider.authorize(attacker.get("/sign-in/sso/").url)
    assert victim.get(f"{BACK}?{query}").url == "/sign-in/", "no sign-in was begun here"
    victim.get("/sign-in/sso/")
    assert victim.get(f"{BACK}?{query}").url == "/sign-in/", "another sign-in was"
    assert victim.get("/customers/").status_code == 302


def test_an_answer_counts_once(cast: Cast, provider: Provider):
    client = Client()
    query = provider.authorize(client.get("/sign-in/sso/").url)
    assert client.get(f"{BACK}?{query}").url == "/"
    client.post("/sign-out/")
    assert client.get(f"{BACK}?{query}").url == "/sign-in/"


def test_a_new_key_of_the_provider_is_fetched(
    cast: Cast, provider: Provider, monkeypatch: pytest.MonkeyPatch
):
    assert sign_in(provider).url == "/customers/"
    provider.key, provider.kid = new_key(), "second"
    later = time.monotonic() + 5
    monkeypatch.setattr(oidc.time, "monotonic", lambda: later)
    assert sign_in(provider).url == "/customers/"


def test_a_provider_that_does_not_answer_leaves_the_password(cast: Cast, provider: Provider):
    provider.is_down = True
    client = Client()
    assert client.get("/sign-in/sso/").url == "/sign-in/"
    page = client.get("/sign-in/").content.decode()
    assert "does not answer" in page
    assert "id_password" in page
    assert "Sign in with Acme ID" in page


def test_a_provider_that_breaks_off_its_answer_leaves_the_password(
    cast: Cast, provider: Provider, monkeypatch: pytest.MonkeyPatch
):
    def broken_off(*_args: object) -> None:
        raise http.client.IncompleteRead(b"{")

    monkeypatch.setattr(http.client.HTTPResponse, "read", broken_off)
    assert Client().get("/sign-in/sso/").url == "/sign-in/"


def test_the_second_factor_is_asked_for_unless_the_provider_does_that(
    cast: Cast, provider: Provider, settings: Settings
):
    sealed = new_secret()
    secret = open_secret(sealed) or b""
    set_up(cast.alice, sealed=sealed, code=code_now(secret, later=-1))
    client = Client()
    assert sign_in(provider, client).url == "/sign-in/code/"
    assert client.post("/sign-in/code/", {"code": code_now(secret)}).url == "/customers/"
    settings.OIDC_SECOND_FACTOR = True
    assert sign_in(provider).url == "/customers/"
    settings.SECOND_FACTOR = "required"
    provider.claims = {"preferred_username": "greta"}
    client = Client()
    sign_in(provider, client)
    assert client.get("/customers/").status_code == 200


@pytest.mark.parametrize(
    ("signed_in_ago", "goes_on"), [(5, True), (3600, False), (None, False)],
    ids=["asked again", "remembered", "not told"],
)  # fmt: skip
def test_who_shows_again_that_it_is_them_is_asked_by_the_provider(
    cast: Cast, provider: Provider, signed_in_ago: int | None, goes_on: bool
):
    client = Client()
    sign_in(provider, client)
    if signed_in_ago is not None:
        provider.claims = {"auth_time": int(time.time()) - signed_in_ago}
    assert (sign_in(provider, client).url == "/customers/") == goes_on
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")


def test_the_way_on_leads_nowhere_else(provider: Provider):
    assert sign_in(provider, then="https://evil.example/").url == "/"


@pytest.mark.parametrize("address", ["http://provider.example", "ftp://127.0.0.1"])
def test_only_encrypted_providers_are_called(cast: Cast, settings: Settings, address: str):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = address, CLIENT
    with pytest.raises(oidc.ProviderError, match="is not https"):
        oidc.start(back="/", then="/")


def test_in_production_this_machine_is_no_exception(provider: Provider, settings: Settings):
    settings.PRODUCTION = True
    with pytest.raises(oidc.ProviderError, match="is not https"):
        oidc.start(back="/", then="/")
