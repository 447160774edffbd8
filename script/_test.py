"""Runs pytest on embedded servers of its own, which are stopped at the end."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from crm.embedded import lifetime  # noqa: E402  # after the path is set
from crm.embedded.paths import local_dir  # noqa: E402  # after the path is set


def use_own_servers() -> None:
    """Turn this process and its children away from any database but the tests'."""
    os.environ["YIHU_LOCAL"] = str(local_dir() / "test")
    os.environ["YIHU_EMBEDDED_FRAGILE"] = "1"
    os.environ["YIHU_TEST_RUN"] = str(os.getpid())  # two runs at once do not share a database
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    lifetime.tidy_unused()
    lifetime.use()


def absolute(argument: str) -> str:
    """A path (with or without ::test) that the caller meant relative to where they stand."""
    path, separator, rest = argument.partition("::")
    if path.startswith("-") or not Path(path).exists():
        return argument
    return f"{Path(path).absolute()}{separator}{rest}"


def arguments(given: list[str]) -> list[str]:
    """The caller's arguments, run by two processes unless they say otherwise."""
    serial = {"-n", "--numprocesses", "--pdb", "--trace", "--collect-only", "--co"}
    chosen = any(word.split("=")[0] in serial or word.startswith("-n") for word in given)
    return [*([] if chosen else ["-n2", "--dist=worksteal"]), *map(absolute, given)]


def main() -> int:
    """Pytest's exit status."""
    command = [sys.executable, "-m", "pytest", *arguments(sys.argv[1:])]
    use_own_servers()
    os.chdir(ROOT)
    pytest = subprocess.Popen(command)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        pytest.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to pytest as well
    return pytest.wait()


if __name__ == "__main__":
    sys.exit(main())
