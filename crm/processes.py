"""Child processes of `script/server`: each with a log file, ended with all their own children."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crm.embedded.account import command_line
from crm.embedded.paths import local_dir, log_dir

BASE_DIR = Path(__file__).resolve().parent.parent
_LOG_BYTES = 20 * 1024 * 1024
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


@dataclass(frozen=True)
class Child:
    """A started process, leader of a process group of its own."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def ended(self) -> bool:
        """Whether it has ended, on its own or because it was told to."""
        return self.process.poll() is not None

    def last_words(self, lines: int = 20) -> str:
        """The end of its log."""
        return f"{self.log}:\n" + "\n".join(
            self.log.read_text(errors="replace").splitlines()[-lines:]
        )


def start(
    name: str, command: Sequence[str], environment: dict[str, str], *, shown: bool = False
) -> Child:
    """Start a command away from the terminal; what it says goes to log/NAME.log.

    `shown`: what it says on standard error is for the person who waits, and goes to ours.
    """
    log = log_dir() / f"{name}.log"
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=BASE_DIR,
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if shown else subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, we end them in order
        )
    return Child(name, process, log)


def stop(children: Sequence[Child], seconds: float) -> None:
    """Ask all to end, wait up to `seconds`, then end by force whatever is left of their groups."""
    for child in children:
        if not child.ended():
            child.process.terminate()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not all(child.ended() for child in children):
        time.sleep(0.05)
    for child in children:
        _kill_group(child.process.pid)
        child.process.wait()


def adopt_orphans() -> None:
    """Become the parent of what our children leave behind (Linux).

    The database servers detach from us; when they end, somebody must take note, and the first
    process of a container often does not.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def bury_orphans() -> None:
    """Take note of every adopted process that has ended."""
    with contextlib.suppress(ChildProcessError):  # there are none
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def remember(children: Sequence[Child]) -> None:
    """Note the process groups, for a start after this process was killed."""
    _record().write_text(json.dumps([child.process.pid for child in children]))


def forget() -> None:
    """Nothing runs any more."""
    _record().unlink(missing_ok=True)


def end_leftovers() -> None:
    """End what a killed server left running. The caller knows that no server runs here."""
    if not _record().exists():
        return
    for group in json.loads(_record().read_text() or "[]"):
        if _ours(group):  # else the number is a stranger's by now
            _kill_group(group)
            while _ours(group):
                time.sleep(0.02)
    forget()


def _ours(pid: int) -> bool:
    command = command_line(pid)
    return "celery" in command or "granian" in command


def _record() -> Path:
    return local_dir() / "server.json"


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # gone; macOS says so for zombies in this way
        return
