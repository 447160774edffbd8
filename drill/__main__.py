"""`script/drill NAME`: one JSON object a check, on servers made for the run; fails with a check."""

import argparse
import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from crm.embedded.own_servers import let_own_servers_go, use_own_servers
from crm.roles import JOB

FOLDER = Path(__file__).parent
Drill = Callable[[], Iterator[dict[str, object]]]


def names() -> list[str]:
    """The drills there are."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.name.startswith("_"))


def main() -> int:
    """Do one drill; 1 when a check of it failed."""
    parser = argparse.ArgumentParser(prog="script/drill", description=__doc__)
    parser.add_argument("name", choices=names())
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    broken = False
    try:
        use_own_servers("drill")
        for check in _drill(options.name)():
            broken = broken or not check["passed"]
            sys.stdout.write(json.dumps({"name": options.name} | check) + "\n")
            sys.stdout.flush()
    finally:
        let_own_servers_go()
    return int(broken)


def _drill(name: str) -> Drill:
    """The function that does it, with Django set up under the role of jobs."""
    os.environ["YIHU_DB_ROLE"] = JOB
    os.environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"
    importlib.import_module("django").setup()
    drill: Drill = importlib.import_module(f"drill.{name}").main
    return drill


if __name__ == "__main__":
    sys.exit(main())
