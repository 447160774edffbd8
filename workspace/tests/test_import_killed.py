"""R16: an import is all or nothing, at whatever moment it is killed (short form)."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from customers.models import Customer
from tests.cast import make_unit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

CODE = Path(__file__).resolve().parents[2]
ROWS = 3000
PIECEMEAL = (
    "import django, sys; django.setup()\n"
    "from contextlib import nullcontext\n"
    "from pathlib import Path\n"
    "from core.tables.importer import run_import\n"
    "from workspace.imports import IMPORTS\n"
    "run_import(IMPORTS['customers'](), Path(sys.argv[1]), context=nullcontext)\n"
)


@pytest.fixture
def unit() -> None:
    """What the customers of the files belong to."""
    make_unit("HQ", "group")


@pytest.fixture
def file(unit: None, tmp_path: Path) -> Path:
    """Two batches of new customers."""
    return write(tmp_path, ROWS)


def write(folder: Path, rows: int) -> Path:
    """New customers, each fifth pointing at one at the end of the file."""
    path = folder / f"{rows}.csv"
    lines = [f"K{n:05},客户 {n},HQ,{f'K{rows - 1:05}' if n % 5 == 0 else ''}" for n in range(rows)]
    path.write_text("\n".join(["code,name,org_unit,parent", *lines]), encoding="utf-8")
    return path


def start(*command: str) -> subprocess.Popen[str]:
    """A process of its own on the tests' database."""
    environment = {
        **os.environ,
        "YIHU_DB_NAME": connection.settings_dict["NAME"],
        "YIHU_DB_ROLE": "crm_job",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=CODE,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def start_import(file: Path) -> subprocess.Popen[str]:
    return start("manage.py", "import", "customers", str(file), "--json")


def finished(process: subprocess.Popen[str]) -> dict[str, object]:
    """What the import says when it is left alone."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out.splitlines()[-1])


def sessions(*, at_work: bool = False) -> int:
    """How many sessions other processes have on this database (in a transaction)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(xact_start) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND application_name = 'yihu-crm_job'"
        )
        return int(cursor.fetchone()[at_work])


def wait_until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill it and wait until the server has seen that it is gone."""
    process.kill()
    process.communicate()
    wait_until(lambda: sessions() == 0)


def test_killed_at_any_moment_an_import_leaves_nothing_and_goes_through_the_next_time(file: Path):
    process = start_import(file)
    wait_until(lambda: sessions(at_work=True) > 0)
    began = time.monotonic()
    assert finished(process)["created"] == ROWS
    seconds = time.monotonic() - began
    Customer.objects.all()._raw_delete("default")
    chance = random.Random(16)
    outcomes = []
    for part in range(5):
        process = start_import(file)
        wait_until(lambda: sessions(at_work=True) > 0)
        time.sleep(seconds * (part + chance.random()) / 5)
        kill(process)
        outcomes.append(Customer.objects.count())
        if outcomes[-1] == ROWS:
            Customer.objects.all()._raw_delete("default")
    assert set(outcomes) <= {0, ROWS}
    assert 0 in outcomes  # it was really killed on its way
    assert finished(start_import(file))["created"] == ROWS
    again = finished(start_import(file))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, ROWS)


def test_without_the_one_transaction_a_kill_leaves_a_part(unit: None, tmp_path: Path):
    """The negative control: such an import, its batches written one by one, with time to strike."""
    process = start("-c", PIECEMEAL, str(write(tmp_path, 3 * ROWS)))
    wait_until(Customer.objects.exists)
    kill(process)
    assert 0 < Customer.objects.count() < 3 * ROWS
