"""Who uses the embedded servers, so that the last one to leave stops them.

Every process holds a shared lock on one file while it uses the servers; the kernel drops it even
after `kill -9`. Starting and stopping happen under a second, exclusive lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crm.embedded.paths import local_dir, make_local_dir

_held: dict[Path, tuple[int, int]] = {}  # file -> (process id, descriptor)


def _open(name: str) -> tuple[Path, int]:
    path = make_local_dir() / name
    return path, os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def hold() -> None:
    """Count this process and its forks among the users until `let_go` or its end."""
    if local_dir() / "users.lock" in _held:
        return
    path, descriptor = _open("users.lock")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _held[path] = (os.getpid(), descriptor)


def let_go() -> bool:
    """Stop counting this process; false when it holds no lock of its own, as a fork does not."""
    holder, descriptor = _held.get(local_dir() / "users.lock", (0, -1))
    if holder != os.getpid():
        return False
    del _held[local_dir() / "users.lock"]
    os.close(descriptor)
    return True


@contextmanager
def starting_or_stopping() -> Iterator[None]:
    """Only one process at a time starts or stops servers; the others wait here."""
    _, descriptor = _open("servers.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def no_users() -> Iterator[bool]:
    """Whether nobody uses the servers; newcomers wait until the block ends when it is true."""
    _, descriptor = _open("users.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield free
    finally:
        os.close(descriptor)
