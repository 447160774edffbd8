"""Runs every gate, also after one has failed, and says at the end which did."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
GATES = ["test_architecture", "test_templates", "test_catalogues", "test_readme"]


def templates() -> list[str]:
    """Our templates, from the top of the repository."""
    found = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("*/templates/**/*.html")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def steps() -> dict[str, list[str]]:
    """Name -> command, in the order of their speed."""
    manage = ["python", "manage.py"]
    return {
        "format": ["ruff", "format", "--check", "."],
        "lint": ["ruff", "check", "."],
        "import contracts": ["lint-imports", "--no-logo"],
        "template style": ["djade", "--check", "--target-version", "5.2", *templates()],
        "template lint": ["djlint", "--lint", "--quiet", *templates()],
        "types": ["mypy", "."],
        "django check": [*manage, "check", "--fail-level", "WARNING"],
        "migrations complete": [*manage, "makemigrations", "--check", "--dry-run"],
        "laws, words, README": [
            *["python", "-m", "pytest", "-q", "-n0", "-p", "no:randomly"],
            *[f"tests/{name}.py" for name in GATES],
        ],
    }


def passes(name: str, command: list[str]) -> bool:
    """Run one gate; what it says is shown only when it fails."""
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = time.monotonic() - started
    if done.returncode:
        print(f"\n--- {name}: {' '.join(command[:4])}\n{done.stdout}", flush=True)
    print(f"{'FAILED' if done.returncode else 'ok':7}{name} ({seconds:.1f} s)", flush=True)
    return done.returncode == 0


def main() -> int:
    """0 when all gates pass."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # nothing here needs the operator's servers
    failed = [name for name, command in steps().items() if not passes(name, command)]
    print(f"\nFailed: {', '.join(failed)}" if failed else "\nAll gates passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
