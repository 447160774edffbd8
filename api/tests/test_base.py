"""What every call has in common: keys, scopes, bodies, problems, answers given once."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from api.base import ApiView
from api.models import ApiKey, KeptAnswer
from api.services.answers import claim
from api.services.keys import revoke_key
from api.v1.nowhere import NowhereView
from api.v1.service import ServiceView
from organization.models import User
from organization.services import deactivate
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LOOKUP = "customers/service/lookup/"


def views(found: URLResolver | None = None) -> set[type[ApiView]]:
    """Every view of the API that an address leads to."""
    here: set[type[ApiView]] = set()
    for entry in (found or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            here |= views(entry)
        elif isinstance(entry, URLPattern):
            view = getattr(entry.callback, "cls", None)
            here |= {view} if view is not None and issubclass(view, ApiView) else set()
    return here


def test_every_operation_names_its_scope():
    methods = ("get", "post", "put", "patch", "delete")
    for view in views() - {NowhereView}:
        known = {method.upper() for method in methods if hasattr(view, method)}
        assert known, view
        assert set(view.scopes) == known, view


def test_an_operation_without_a_scope_is_nobodys(calling, monkeypatch):
    call = calling()
    assert call.get("customers/ACME/service/").status_code == 200
    monkeypatch.setattr(ServiceView, "scopes", {})
    assert call.get("customers/ACME/service/").status_code == 403


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer yihu_abcdefghjk_" + "a" * 43]
)
def test_without_a_key_of_ours_nothing_opens(cast: Cast, calling, header: str):
    call = calling()
    call.key = ""
    answer = call.get("customers/ACME/service/", Authorization=header)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="yihu"')
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in {"not_authenticated", "invalid_key"}
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_a_key_stops_at_once_when_it_is_revoked_expired_or_its_system_or_unit_is_gone(
    cast: Cast, calling
):
    call = calling()
    key = ApiKey.objects.get()
    yesterday = timezone.now() - dt.timedelta(days=1)

    def status() -> int:
        return call.get("customers/ACME/service/").status_code

    assert status() == 200
    ApiKey.objects.update(expires_at=yesterday)
    assert status() == 401
    ApiKey.objects.update(expires_at=None)
    cast.east.closed_on = yesterday.date()
    cast.east.save()
    assert status() == 401
    cast.east.closed_on = None
    cast.east.save()
    assert status() == 200
    deactivate(key.user)
    assert status() == 401
    key.user.is_active = True
    key.user.save()
    assert status() == 200
    revoke_key(key)
    assert status() == 401


def test_a_key_without_the_scope_is_told_so(calling):
    answer = calling("waybills:read").get("customers/ACME/service/")
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_only_a_digest_is_kept_and_the_last_use_is_noted(calling):
    call = calling()
    key = ApiKey.objects.get()
    secret = call.key.rpartition("_")[2]
    assert secret not in json.dumps([str(value) for value in vars(key).values()])
    assert key.last_used_at is None
    call.get("customers/ACME/service/")
    used = ApiKey.objects.get().last_used_at
    assert used is not None
    call.get("customers/ACME/service/")
    assert ApiKey.objects.get().last_used_at == used  # written once a minute
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT operation, changes::text FROM core_history WHERE table_name = 'api_apikey'"
        )
        found = cursor.fetchall()
    assert [operation for operation, _changes in found] == ["I"]
    assert key.digest not in found[0][1]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "malformed_json"),
        (b'{"codes": ["A"]} x', 400, "malformed_json"),
        (b"\xff{}", 400, "bad_encoding"),
        (b'{"codes": NaN}', 400, "bad_number"),
        (b'{"codes": -Infinity}', 400, "bad_number"),
        (b'{"codes": 1e999}', 400, "bad_number"),
        (b'{"codes": ' + b"9" * 5000 + b"}", 400, "bad_number"),
        (b'{"codes": ["\\ud800"]}', 400, "bad_text"),
        (b'{"codes": ["a\\u0000"]}', 400, "bad_text"),
        (b'{"codes": [], "codes": ["A"]}', 400, "duplicate_key"),
        (b"[" * 100_000, 400, "too_deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400, "too_deep"),
        (b'{"codes": ["' + b"x" * 1024 * 1024 + b'"]}', 413, "body_too_large"),
        (b"[]", 422, "invalid"),
        (b'{"codes": []}', 422, "invalid"),
        (b'{"codes": [1]}', 422, "invalid"),
        (json.dumps({"codes": ["x"] * 1001}).encode(), 422, "invalid"),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_with_a_code(calling, body: bytes, status: int, code: str):
    answer = calling().post(LOOKUP, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_escaped_backslash_is_no_odd_text(calling):
    answer = calling().post(LOOKUP, b'{"codes": ["\\\\ud800", "\\ud83d\\ude00"]}')
    assert [each["asked"] for each in answer.json()["errors"]] == ["\\ud800", "😀"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "customers/NOBODY/service/", {}, 404, "not_found"),
        ("GET", "no/such/thing/", {}, 404, "not_found"),
        ("POST", "customers/ACME/service", {}, 404, "not_found"),
        ("GET", "customers/%00/service/", {}, 404, "not_found"),
        ("DELETE", LOOKUP, {}, 405, "method_not_allowed"),
        ("OPTIONS", LOOKUP, {}, 405, "method_not_allowed"),
        ("GET", "customers/ACME/service/", {"Accept": "text/csv"}, 406, "not_acceptable"),
        ("POST", LOOKUP, {"Content-Type": "text/plain"}, 415, "unsupported_media_type"),
    ],
)  # fmt: skip
def test_every_refusal_is_a_problem_with_a_code(calling, method, path, headers, status, code):
    answer = calling()(method, path, b"x" if method != "GET" else None, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_field_errors_point_at_what_is_wrong(calling):
    answer = calling().post(LOOKUP, {"codes": "ACME"})
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/codes"


def test_calls_beyond_the_limit_wait(calling, monkeypatch):
    monkeypatch.setattr("api.keyholders.wait_for", lambda *_args: 7)
    answer = calling().get("customers/ACME/service/")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert answer.headers["Retry-After"] == "7"


def test_what_one_knows_already_is_not_sent_again(calling):
    call = calling()
    first = call.get("customers/ACME/service/")
    again = call.get("customers/ACME/service/", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert call.get("customers/ACME/service/", If_None_Match='"x"').status_code == 200


def test_a_repeated_post_is_answered_once(calling):
    call = calling()
    first = call.post(LOOKUP, {"codes": ["ACME"]}, Idempotency_Key="k1")
    again = call.post(LOOKUP, {"codes": ["ACME"]}, Idempotency_Key="k1")
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = call.post(LOOKUP, {"codes": ["BOLT"]}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert b"ACME" not in bytes(KeptAnswer.objects.get().body)  # sealed: answers hold secrets


@pytest.mark.parametrize("key", ["", "é", "x" * 201])
def test_an_idempotency_key_is_short_and_plain(calling, key: str):
    answer = calling().post(LOOKUP, {"codes": ["ACME"]}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


def test_a_refused_post_is_not_kept_and_may_be_mended(calling):
    call = calling()
    assert call.post(LOOKUP, {"codes": []}, Idempotency_Key="k").status_code == 422
    assert call.post(LOOKUP, {"codes": ["ACME"]}, Idempotency_Key="k").status_code == 200


def test_another_systems_answer_is_not_ours(cast: Cast, calling):
    mine, theirs = calling(), calling(name="other", unit=cast.west)
    body = {"codes": ["ACME", "WOLF"]}
    first = mine.post(LOOKUP, body, Idempotency_Key="same").json()
    second = theirs.post(LOOKUP, body, Idempotency_Key="same").json()
    assert [each["code"] for each in first["results"]] == ["ACME"]
    assert [each["code"] for each in second["results"]] == ["WOLF"]


@pytest.mark.django_db(transaction=True)
def test_the_same_post_twice_at_once_is_done_once(calling):
    """The first one, not answered yet, has claimed the key in a transaction of its own."""
    call = calling()
    system = User.objects.get(username="api:dispatch")

    def asked() -> int:
        try:
            return call.post(LOOKUP, {"codes": ["ACME"]}, Idempotency_Key="k").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert claim(system, "k")
            assert pool.submit(asked).result() == 409
        assert pool.submit(asked).result() == 200
