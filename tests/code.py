"""What the gate tests look at: the apps and files of the product, none vendored or generated."""

import ast
from collections.abc import Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DOMAIN_APPS = (
    "organization",
    "customers",
    "engagement",
    "shipments",
    "contracts",
    "surveys",
    "segmentation",
    "intelligence",
)
PACKAGES = ("core", *DOMAIN_APPS, "workspace", "api", "crm")
_SKIPPED = {"tests", "migrations", "vendor", "__pycache__"}


def files(pattern: str, *roots: str) -> Iterator[Path]:
    """The files below the roots (default: all packages) that match; no tests, no migrations."""
    for root in roots or PACKAGES:
        for path in sorted((BASE_DIR / root).rglob(pattern)):
            if not _SKIPPED & set(path.relative_to(BASE_DIR).parts):
                yield path


def tree(path: Path) -> ast.Module:
    """The parsed source."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def short(path: Path) -> str:
    """The path from the top of the repository."""
    return path.relative_to(BASE_DIR).as_posix()
