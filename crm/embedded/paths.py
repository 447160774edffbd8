"""Where the embedded servers keep their files; every path follows from `YIHU_LOCAL`."""

import hashlib
import os
from pathlib import Path

_SOCKET_PATH_LIMIT = 100  # macOS allows 103 bytes, Linux 107
_LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


class EmbeddedServerError(RuntimeError):
    """An embedded server could not be started or stopped; the message says why and what to do."""


def local_dir() -> Path:
    """The folder of this copy's data: `YIHU_LOCAL`, else `.local` beside the code."""
    chosen = os.environ.get("YIHU_LOCAL")
    return Path(chosen).absolute() if chosen else Path(__file__).resolve().parents[2] / ".local"


def make_local_dir() -> Path:
    """The data folder, made when missing; as root others may pass through it, not look into it."""
    folder = local_dir()
    if set(str(folder)) & set('"$`\\'):  # pg_ctl hands the path to a shell in double quotes
        raise EmbeddedServerError(f'{folder}: choose a path without " $ ` or \\ in YIHU_LOCAL.')
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    if os.geteuid() == 0:
        folder.chmod(folder.stat().st_mode | 0o011)
    return folder


def log_dir() -> Path:
    """Where web, worker, beat and the servers write their logs; made when missing."""
    folder = make_local_dir() / "log"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def others_may_pass(folder: Path) -> bool:
    """Whether an unprivileged user can reach into `folder` through all its existing parents."""
    return all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists())


def socket_dir() -> Path:
    """The private folder of both sockets, the same for every process that uses this data folder.

    Beside the data where that path suits a socket and is open enough for the server's user,
    else a folder in /tmp named after the data folder. Makes nothing.
    """
    folder = local_dir() / "run"
    short = len(os.fsencode(folder / _LONGEST_SOCKET_NAME)) <= _SOCKET_PATH_LIMIT
    one_host = "," not in str(folder)  # libpq takes a comma for the end of a host
    if short and one_host and (os.geteuid() != 0 or others_may_pass(local_dir())):
        return folder
    name = hashlib.sha256(os.fsencode(local_dir())).hexdigest()[:16]
    return Path("/tmp") / f"yihu-{os.geteuid()}-{name}"  # noqa: S108  (TMPDIR differs per process)


def make_socket_dir(owner: int) -> Path:
    """The socket folder, readable by `owner` alone. Raises when somebody else put one there."""
    folder = socket_dir()
    if folder.parent == local_dir():
        make_local_dir()
    folder.mkdir(exist_ok=True, mode=0o700)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in {owner, os.geteuid()}:
        raise EmbeddedServerError(
            f"{folder} belongs to another user: remove it, or set YIHU_LOCAL to a shorter path."
        )
    if found.st_uid != owner:
        os.chown(folder, owner, owner)
    folder.chmod(0o700)
    return folder
