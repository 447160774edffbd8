"""What a draft of the rules would do before it is in force: a worker runs it over the last night.

What runs is the night itself, `segmentation.jobs` with its statements. Only the tables they write
are temporary ones of the same names, which Postgres finds first; they are dropped at the end.
They begin empty, so nothing is held against an earlier night: a new version waives that as well.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import sql
from core.claims import claimed
from core.context import acting
from core.errors import RefusedError
from core.models import Version
from core.tasks import send_on_commit
from organization.models import User
from segmentation import jobs
from segmentation.models import RuleSet, SimulatedClass, Simulation
from segmentation.ruleset import Ruleset, load_ruleset

CLAIM = "simulation"
MOST_TRIES = 3
_SQL = Path(__file__).parent / "sql"
# What follows from the rules and leads to tiers; credit states stay those of the night.
_STEPS = {
    "segmentation_rhythm": jobs.write_rhythm,
    "segmentation_score": jobs.write_scores,
    "segmentation_classification": jobs.classify,
}
State = Simulation.State
logger = logging.getLogger(__name__)


def ask_simulation(rule_set: RuleSet, *, actor: User) -> Simulation:
    """Have a worker try the draft on the last published night, in place of an earlier result."""
    rule_set = RuleSet.objects.get(pk=rule_set.pk)
    if rule_set.status != RuleSet.Status.DRAFT:
        raise RefusedError(_("Only a draft is tried: what was in force has nights of its own."))
    if Version.objects.current() is None:
        raise RefusedError(_("There is no night to try it on yet."))
    load_ruleset(rule_set.document)
    simulation, _made = Simulation.objects.update_or_create(
        rule_set=rule_set,
        defaults={
            "document": rule_set.document,
            "version": None,
            "state": State.WAITING,
            "asked_by": actor,
            "asked_at": timezone.now(),
            "tries": 0,
            "done_at": None,
            "flows": [],
        },
    )
    send_on_commit("crm.tasks.simulate_rules", simulation.pk)
    return simulation


def work_on(number: int) -> None:
    """Compute one that waits, again if it is asked for again meanwhile.

    Nothing when another worker is at it; failed after `MOST_TRIES` that no worker lived to finish.
    """
    with claimed(CLAIM, number) as mine:
        while mine and (simulation := _begun(number)):
            try:
                with acting(actor="simulation", request_id=f"simulation:{number}"):
                    _compute(simulation)
            except DatabaseError:
                logger.exception("simulation %s failed", number)
                _end(simulation, state=State.FAILED)


def _begun(number: int) -> Simulation | None:
    """The one that waits, with one more try on record before anything can kill this worker."""
    simulation = Simulation.objects.filter(pk=number, state=State.WAITING).first()
    if simulation is None:
        return None
    if simulation.tries >= MOST_TRIES:
        logger.error("simulation %s failed: begun %s times", number, simulation.tries)
        _end(simulation, state=State.FAILED)
        return None
    Simulation.objects.filter(pk=number).update(tries=F("tries") + 1)
    return simulation


def _end(simulation: Simulation, **found: Any) -> None:
    """Record how it ended, unless it was asked for again: that is of rules nobody asks about."""
    same = Simulation.objects.filter(pk=simulation.pk, asked_at=simulation.asked_at)
    same.update(done_at=timezone.now(), **found)


def make_good() -> None:
    """What lost messages and killed workers left undone; called every minute."""
    for number in Simulation.objects.filter(state=State.WAITING).values_list("pk", flat=True):
        work_on(number)


def _compute(simulation: Simulation) -> None:
    version = Version.objects.current()
    if version is None:
        return
    SimulatedClass.objects.filter(simulation=simulation).delete()
    with classed_by(version, load_ruleset(simulation.document)):
        sql.run(_SQL / "simulated_classes.sql", simulation=simulation.pk, version=version.pk)
    moved = SimulatedClass.objects.filter(simulation=simulation).order_by()
    counted = moved.values_list("tier_before", "tier").annotate(Count("customer"))
    flows = [list(flow) for flow in counted if flow[0] != flow[1]]
    _end(simulation, state=State.DONE, version=version, flows=flows)


@contextmanager
def classed_by(version: Version, rules: Ruleset) -> Iterator[None]:
    """Within it every customer of a night is classed by other rules, in temporary tables."""
    with connection.cursor() as cursor:
        for table in _STEPS:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING DEFAULTS)"
                " ON COMMIT DROP"
            )
        for table, step in _STEPS.items():
            step(version.business_date, version.pk, rules)
            cursor.execute(f"ANALYZE pg_temp.{table}")
    yield
    with connection.cursor() as cursor:
        for table in _STEPS:
            cursor.execute(f"DROP TABLE pg_temp.{table}")
