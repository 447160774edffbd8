"""`script/bench NAME [--scale S]`: one JSON object a line, on a database made for the run."""

import argparse
import json
import resource
import signal
import sys
from pathlib import Path

from crm.embedded.own_servers import let_own_servers_go, main_with_django, use_own_servers
from crm.roles import JOB

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.name.startswith("_"))


def main() -> int:
    """Run one benchmark; its data are gone afterwards, unless they are to be kept."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        use_own_servers("bench", keep=options.keep)
        for result in main_with_django(f"bench.{options.name}", JOB)(options.scale):
            line = {"name": options.name, "scale": options.scale} | result | {"peak_mb": _peak_mb()}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
    finally:
        let_own_servers_go(keep=options.keep)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("name", choices=names())
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 = 50 million waybills")
    parser.add_argument(
        "--keep", action="store_true", help="keep the data, and begin with those kept before"
    )
    return parser


def _peak_mb() -> float:
    """The highest memory of this process so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)


if __name__ == "__main__":
    sys.exit(main())
