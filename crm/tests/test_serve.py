"""`script/server`: ready, then gone without a trace, whatever ends it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from crm.embedded import account, postgres, redis_server
from crm.embedded.paths import socket_dir

CODE = Path(__file__).resolve().parents[2]
STOP_SECONDS = 30
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


class Server:
    """A running `script/server --empty` on a data folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = self.start(self.port)

    def start(self, port: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "crm.serve", "--empty", "--port", str(port)],
            cwd=CODE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> list[str]:
        """Its lines on standard output: where it is, and the administrator's link."""
        assert self.process.stdout
        lines = [self.process.stdout.readline(), self.process.stdout.readline()]
        assert lines[0], self.process.communicate()[1]
        return lines

    def parts(self) -> list[int]:
        """The processes of web, workers and beat."""
        return json.loads((self.folder / "server.json").read_text())

    def queues(self) -> list[str]:
        """The queues that workers take tasks from, one for each worker that does."""
        with Celery(broker=f"redis+socket://{socket_dir() / 'redis.sock'}") as app:
            answers = app.control.inspect().active_queues() or {}
        return sorted(queue["name"] for queues in answers.values() for queue in queues)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Exit status and seconds from the signal to the end."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.communicate(timeout=STOP_SECONDS + 30)
        return self.process.returncode, time.monotonic() - started


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="yihu-serve-"))
    monkeypatch.setenv("YIHU_LOCAL", str(folder))
    monkeypatch.delenv("YIHU_DB_ROLE", raising=False)
    started = Server(folder)
    yield started
    if started.process.poll() is None:
        started.end()
    postgres.stop_postgres()
    redis_server.stop_redis()
    postgres.delete_data()
    shutil.rmtree(folder)


def wait_for_a_worker_for_each_queue(server: Server) -> None:
    """Workers are started with the web, and ready a little later."""
    deadline = time.monotonic() + 60
    while (found := server.queues()) != sorted(settings.CELERY_TASK_QUEUES):
        assert time.monotonic() < deadline, found


def running(groups: list[int]) -> list[str]:
    """Command lines of the given processes and of whatever uses the data folder."""
    folder = os.environ["YIHU_LOCAL"]
    lines = {}
    for entry in Path("/proc").glob("[0-9]*"):
        line = account.command_line(int(entry.name))  # empty for zombies and for what just ended
        if line and (folder in line or os.getpgid(int(entry.name)) in groups):
            lines[int(entry.name)] = line
    return list(lines.values())


def test_it_is_ready_works_off_each_queue_refuses_a_second_one_and_leaves_no_process(
    server: Server,
) -> None:
    ready, administrator = server.wait_until_ready()
    address = f"http://127.0.0.1:{server.port}"
    assert ready == f"Ready: {address}\n"
    assert administrator.startswith(f"Administrator (this link works once): {address}/")
    with urllib.request.urlopen(f"{address}/readyz") as answer:  # noqa: S310  (our own)
        assert answer.status == 200
    parts = server.parts()
    assert len(running(parts)) >= 5
    wait_for_a_worker_for_each_queue(server)

    second = server.start(server.port + 1)
    assert "already runs" in second.communicate(timeout=30)[1]
    assert second.returncode == 1

    status, seconds = server.end()
    assert status == 0
    assert seconds < STOP_SECONDS
    assert running(parts) == []


def test_when_a_part_dies_it_ends_and_names_the_part(server: Server) -> None:
    server.wait_until_ready()
    parts = server.parts()
    os.kill(parts[1], signal.SIGKILL)

    said = server.process.communicate(timeout=60)[1]
    assert server.process.returncode == 1
    assert "worker ended unexpectedly" in said
    assert running(parts) == []


def test_after_kill_9_the_next_start_ends_what_was_left(server: Server) -> None:
    server.wait_until_ready()
    left = server.parts()
    server.end(signal.SIGKILL)
    assert running(left)

    server.process = server.start(server.port)
    server.wait_until_ready()
    assert [pid for pid in left if account.command_line(pid)] == []
    assert server.end(signal.SIGINT)[0] == 0
    assert running(left) == []


@pytest.mark.parametrize("delay", [0.3, 1.0, 2.0])
def test_told_to_end_while_it_starts_it_ends(server: Server, delay: float) -> None:
    time.sleep(delay)
    status, seconds = server.end()
    assert status in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    assert seconds < STOP_SECONDS
    assert running([]) == []


def test_a_port_in_use_is_named(server: Server) -> None:
    server.end()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = server.start(taken.getsockname()[1])
        said = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert "Address already in use" in said
    assert "--port" in said
