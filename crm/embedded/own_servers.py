"""Servers of one program's own, beside those of the installation: for benchmarks and drills."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from crm.embedded import lifetime
from crm.embedded.paths import EmbeddedServerError, local_dir

_MANAGE = Path(__file__).resolve().parents[2] / "manage.py"


def use_own_servers(folder: str, *, keep: bool = False) -> None:
    """Turn this process to an empty, migrated database in `folder` of the data folder.

    `keep` begins with what an earlier run left there. Raises EmbeddedServerError where another
    program uses it.
    """
    os.environ["YIHU_LOCAL"] = str(local_dir() / folder)
    for name in ("DATABASE_URL", "REDIS_URL", "YIHU_DB_ROLE"):
        os.environ.pop(name, None)
    if not keep and not lifetime.discard_unused():
        raise EmbeddedServerError(f"Another {folder} runs here: wait, or set YIHU_LOCAL.")
    lifetime.ensure_postgres()
    for command in ("migrate", "collectstatic"):  # pages name static files by their content
        manage = [sys.executable, str(_MANAGE), command, "--no-input", "-v0"]
        subprocess.run(manage, check=True, stdout=sys.stderr)


def main_with_django(module: str, role: str) -> Any:
    """The `main` of a module, with Django set up on these servers under a database role."""
    os.environ["YIHU_DB_ROLE"] = role
    os.environ["DJANGO_SETTINGS_MODULE"] = "crm.settings"
    importlib.import_module("django").setup()
    return importlib.import_module(module).main


def let_own_servers_go(*, keep: bool = False) -> None:
    """Stop them; their data are gone afterwards, unless they are to be kept."""
    lifetime.release()
    if not keep:
        lifetime.discard_unused()
