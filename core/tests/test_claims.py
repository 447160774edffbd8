"""A piece of work has one worker, and none once its worker is gone."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections

from core.claims import claimed, is_claimed

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def another_process() -> Iterator[None]:
    """The same code on a connection of its own."""
    ours = connections["default"]
    theirs = ours.copy()
    connections["default"] = theirs
    try:
        yield
    finally:
        connections["default"] = ours
        theirs.close()


def test_two_do_not_get_the_same_piece_but_each_gets_another():
    with claimed("upload", 1) as mine, another_process():
        with claimed("upload", 1) as theirs, claimed("upload", 2) as other:
            assert (mine, theirs, other) == (True, False, True)
        assert is_claimed("upload", 1)  # a refused claim gives nobody else's back
        assert not is_claimed("upload", 2)
    assert not is_claimed("upload", 1)


def test_a_claim_ends_when_its_work_fails():
    with pytest.raises(ZeroDivisionError), claimed("upload", 1):
        raise ZeroDivisionError
    assert not is_claimed("upload", 1)


def test_a_claim_ends_with_the_connection_of_its_process():
    with another_process():
        claim = claimed("upload", 1)
        assert claim.__enter__()
        connection.close()  # as when the process is killed
    deadline = time.monotonic() + 10
    while is_claimed("upload", 1):
        assert time.monotonic() < deadline
        time.sleep(0.01)
