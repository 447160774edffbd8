"""Single sign-on: the OpenID Connect code flow with one provider (docs/operating.md, "Sign-in").

Authorization code with PKCE, state and nonce; the identity token's signature, issuer, audience
and times are checked. Nothing here knows the database.
"""

import base64
import hashlib
import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from django.conf import settings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # never a shared secret
_SECONDS = 5
_LARGEST = 1024 * 1024
_KEPT_SECONDS = 3600
_LEEWAY = 60


class ProviderError(Exception):
    """The provider could not be reached, or said what we do not believe; for the log."""


@dataclass(frozen=True, slots=True)
class Started:
    """What we keep in the session while the person is at the provider."""

    state: str
    nonce: str
    verifier: str
    next: str
    at: float
    again: bool  # the person is to show anew that it is them

    def kept(self) -> dict[str, Any]:
        """For the session."""
        return asdict(self)


_discovered: dict[str, tuple[float, dict[str, Any]]] = {}  # address -> when, document


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Where a provider sends us is not where it was configured to be."""

    def redirect_request(self, *_args: Any) -> None:
        """No."""
        return


def _call(address: str, *, data: bytes | None = None, headers: Mapping[str, str]) -> Any:
    opener = urllib.request.build_opener(_NoRedirects)
    call = urllib.request.Request(address, data=data, headers=dict(headers))  # noqa: S310  # checked below
    _refuse_unsafe(address)
    try:
        with opener.open(call, timeout=_SECONDS) as answer:
            return json.loads(answer.read(_LARGEST))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ProviderError(f"{address}: {error}") from error


def _refuse_unsafe(address: str) -> None:
    """Only https, and http to this machine outside production."""
    parts = urlsplit(address)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"} and not settings.PRODUCTION
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise ProviderError(f"{address} is not https")


def _kept(address: str, *, fresh: bool = False) -> dict[str, Any]:
    """A document of the provider, asked for once an hour."""
    found = _discovered.get(address)
    age = time.monotonic() - found[0] if found else _KEPT_SECONDS
    if found and age < (1 if fresh else _KEPT_SECONDS):
        return found[1]
    document = _call(address, headers={"Accept": "application/json"})
    if not isinstance(document, dict):
        raise ProviderError(f"{address} is not an object")
    _discovered[address] = (time.monotonic(), document)
    return document


def _provider() -> dict[str, Any]:
    document = _kept(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
    if str(document.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
        raise ProviderError(f"the provider calls itself {document.get('issuer')!r}")
    missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - set(document)
    if missing:
        raise ProviderError(f"the provider does not name {sorted(missing)}")
    return document


def start(*, back: str, then: str, again: bool = False) -> tuple[str, Started]:
    """The provider's address to send the person to, and what to keep until they are `back`.

    `again` asks the provider not to trust a sign-in it remembers.
    """
    started = Started(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        next=then,
        at=time.time(),
        again=again,
    )
    challenge = hashlib.sha256(started.verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": settings.OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": started.state,
        "nonce": started.nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    if again:
        query |= {"prompt": "login", "max_age": "0"}
    endpoint = _provider()["authorization_endpoint"]
    _refuse_unsafe(endpoint)
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}", started


def claims(*, code: str, back: str, verifier: str, nonce: str) -> dict[str, Any]:
    """What the provider says about the person. Raises ProviderError when it cannot be believed."""
    token = _exchange(code=code, back=back, verifier=verifier)
    try:
        said: dict[str, Any] = jwt.decode(
            token,
            key=_key(token),
            algorithms=ALGORITHMS,
            audience=settings.OIDC_CLIENT_ID,
            issuer=_provider()["issuer"],
            leeway=_LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise ProviderError(f"the identity token is not good: {error}") from error
    if not secrets.compare_digest(str(said.get("nonce", "")).encode(), nonce.encode()):
        raise ProviderError("the identity token was made for another sign-in")
    if said.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise ProviderError("the identity token was made for another application")
    return said


def is_fresh(said: Mapping[str, Any], *, since: float) -> bool:
    """Whether the person signed in at the provider after that moment (Unix time)."""
    signed_in = said.get("auth_time")
    return isinstance(signed_in, int) and signed_in >= since - _LEEWAY


def _exchange(*, code: str, back: str, verifier: str) -> str:
    provider = _provider()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "code_verifier": verifier,
    }
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    ways = provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:
        pair = f"{quote(settings.OIDC_CLIENT_ID)}:{quote(settings.OIDC_CLIENT_SECRET)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": settings.OIDC_CLIENT_ID, "client_secret": settings.OIDC_CLIENT_SECRET}
    answer = _call(provider["token_endpoint"], data=urlencode(form).encode(), headers=headers)
    token = answer.get("id_token") if isinstance(answer, dict) else None
    if not isinstance(token, str):
        raise ProviderError("the provider gave no identity token")
    return token


def _key(token: str) -> Any:
    """The provider's key that the token names; a key we have not seen yet is asked for."""
    address = _provider()["jwks_uri"]
    for fresh in (False, True):
        keys = jwt.PyJWKSet.from_dict(_kept(address, fresh=fresh)).keys
        wanted = jwt.get_unverified_header(token).get("kid")
        found = [key for key in keys if key.public_key_use in {None, "sig"}]
        if wanted is not None:
            found = [key for key in found if key.key_id == wanted]
        if len(found) == 1:
            return found[0]
    raise ProviderError("the identity token names a key that the provider does not have")
