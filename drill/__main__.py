"""`script/drill NAME`: one JSON object a check, on servers made for the run; fails with a check."""

import argparse
import json
import signal
import sys
from pathlib import Path

from crm.embedded.own_servers import let_own_servers_go, main_with_django, use_own_servers
from crm.roles import JOB

FOLDER = Path(__file__).parent


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
        for check in main_with_django(f"drill.{options.name}", JOB)():
            broken = broken or not check["passed"]
            sys.stdout.write(json.dumps({"name": options.name} | check) + "\n")
            sys.stdout.flush()
    finally:
        let_own_servers_go()
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
