"""How often somebody may call; and that losing Redis loses the limits alone."""

import logging

import pytest
import redis

from core import limits, patience
from crm.embedded import lifetime

MINUTE = 29_000_000  # some minute of Unix time, in minutes


@pytest.mark.parametrize(
    ("current", "before", "second", "waits"),
    [
        (60, 0, 0, 0),  # just as many as are allowed
        (61, 0, 0, 61),  # one too many: until this minute begins to fade
        (1, 120, 0, 31),  # half of the last minute has to fade
        (1, 120, 31, 0),
        (30, 60, 30, 0),
    ],
)
def test_the_last_minute_fades_out(monkeypatch, current, before, second, waits):
    monkeypatch.setattr(limits, "_count", lambda _key, _minute: (current, before))
    assert limits.wait_for("k", 60, MINUTE * 60 + second) == waits


def test_calls_are_counted_by_key_in_redis(monkeypatch):
    lifetime.ensure_redis()
    monkeypatch.setattr(patience, "_asked_again_from", [0.0])
    now = MINUTE * 60.0
    patience._redis().delete(f"test:one:{MINUTE}", f"test:two:{MINUTE}")
    assert [limits.wait_for("test:one", 2, now) > 0 for _call in range(4)] == [
        False,
        False,
        True,
        True,
    ]
    assert limits.wait_for("test:two", 2, now) == 0


def test_without_redis_calls_go_on_and_it_is_said_once(monkeypatch, caplog):
    def fails(*_args, **_kwargs):
        raise redis.ConnectionError

    monkeypatch.setattr(patience, "_asked_again_from", [0.0])
    monkeypatch.setattr(redis.Redis, "pipeline", fails)
    with caplog.at_level(logging.WARNING, "core.patience"):
        assert [limits.wait_for("k", 1, MINUTE * 60.0) for _call in range(5)] == [0] * 5
    assert len(caplog.records) == 1
