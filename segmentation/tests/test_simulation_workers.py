"""Simulations and their workers: killed ones end, two at once do not mix."""

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection

from segmentation import simulation as simulations
from segmentation.models import RuleSet, Simulation
from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import DEFAULT_RULES
from segmentation.services import active_rules, edit_draft, write_draft
from segmentation.simulation import MOST_TRIES, ask_simulation, make_good, work_on
from segmentation.tests.make import ship
from segmentation.tests.test_simulation import night
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    """ACME 2 million, BOLT 300 thousand, WOLF 1.5 million, all by the delivered rules."""
    made = make_cast()
    for customer, amount in ((made.acme, 2_000_000), (made.bolt, 300_000), (made.wolf, 1_500_000)):
        ship(customer, "2026-03-01", amount)
    night()
    active_rules()
    return made


def drafted(cast: Cast, large: str) -> RuleSet:
    rules = replace(DEFAULT_RULES, tiers=TierCuts(large=Decimal(large)))
    return write_draft(rules, note=f"large from {large}", actor=cast.greta)


def found(simulation: Simulation) -> tuple[str, list]:
    simulation.refresh_from_db()
    return simulation.state, simulation.flows


def killed(_simulation: Simulation) -> None:
    raise SystemExit


def in_threads(*acts: Callable[[], object]) -> None:
    def run(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)


def test_one_whose_worker_is_killed_each_time_ends_as_failed(cast: Cast, monkeypatch):
    asked = ask_simulation(drafted(cast, "1000000.00"), actor=cast.greta)
    with monkeypatch.context() as patched:
        patched.setattr(simulations, "_compute", killed)
        for _minute in range(MOST_TRIES):
            with pytest.raises(SystemExit):
                make_good()
            assert found(asked)[0] == "waiting"
        make_good()
    assert found(asked) == ("failed", [])
    make_good()
    assert found(asked)[0] == "failed"
    ask_simulation(asked.rule_set, actor=cast.greta)  # somebody tries again
    make_good()
    assert found(asked) == ("done", [["medium", "large", 2]])


def test_two_drafts_at_once_do_not_mix(cast: Cast, monkeypatch):
    """Both are begun before either computes; each classes by its own rules."""
    low = ask_simulation(drafted(cast, "1000000.00"), actor=cast.greta)
    high = ask_simulation(drafted(cast, "1800000.00"), actor=cast.adam)
    together, compute = threading.Barrier(2, timeout=30), simulations._compute

    def both(simulation: Simulation) -> None:
        together.wait()
        compute(simulation)

    monkeypatch.setattr(simulations, "_compute", both)
    in_threads(lambda: work_on(low.pk), lambda: work_on(high.pk))
    assert found(low) == ("done", [["medium", "large", 2]])
    assert found(high) == ("done", [["medium", "large", 1]])


def test_asked_again_while_it_is_computed_the_later_rules_count(cast: Cast, monkeypatch):
    draft = drafted(cast, "1000000.00")
    asked = ask_simulation(draft, actor=cast.greta)
    compute, begun = simulations._compute, []

    def changed_meanwhile(simulation: Simulation) -> None:
        if not begun:
            rules = replace(DEFAULT_RULES, tiers=TierCuts(large=Decimal("1800000.00")))
            in_threads(lambda: edit_draft(draft, rules, note="n", actor=cast.greta))
            in_threads(lambda: ask_simulation(draft, actor=cast.greta))
            in_threads(lambda: work_on(asked.pk))  # a second worker leaves it to the first
        begun.append(simulation.document["tiers"]["large"])
        compute(simulation)

    monkeypatch.setattr(simulations, "_compute", changed_meanwhile)
    work_on(asked.pk)
    assert begun == ["1000000.00", "1800000.00"]
    assert found(asked) == ("done", [["medium", "large", 1]])
