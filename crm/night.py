"""What a step of the night is given, and what it is."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from segmentation.ruleset import Ruleset


@dataclass(frozen=True)
class Night:
    """One computation: its business date, its version of the results, and the rules it uses.

    `is_replay` means an older date is computed anew: history changes, not what is current.
    """

    day: dt.date
    version: int
    rule_version: int
    rules: Ruleset
    is_replay: bool = False
    accept_moves: bool = False  # publish however many customers change tier
    rebuild: bool = False  # recount all customers' months from their waybills


@dataclass(frozen=True)
class Step:
    """One named piece of the night's work; returns how many rows it wrote.

    Neighbours with the same `transaction` are committed together, and not done again after that.
    """

    name: str
    work: Callable[[Night], int]
    transaction: str
    snapshot: bool = False
