"""What belongs together when a merge is undone: contracts, their lines, invoices, money paid."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Paper(NamedTuple):
    """A contract, a plan line, a receipt, a promise, a statement or a tax invoice."""

    place: str  # table and column, as in relations.py
    pk: int


def going_back(
    pairs: Iterable[tuple[Paper, Paper]], moved: Iterable[Paper], last: Mapping[str, int]
) -> set[Paper]:
    """Which papers go back to the file that went.

    `moved` came with the merge, `last` is the highest number of each place before it. Papers that
    money or a contract ties together stay together: where a paper of the file that stays is among
    them, all stay; otherwise what was added since goes back with what it was added to.
    """
    above: dict[Paper, Paper] = {}
    came = set(moved)
    for paper in came:
        above[paper] = paper
    for first, second in pairs:
        above[_top(above, first)] = _top(above, second)
    groups: dict[Paper, set[Paper]] = {}
    for paper in list(above):
        groups.setdefault(_top(above, paper), set()).add(paper)
    return {
        paper
        for group in groups.values()
        if group & came and not any(_was_there(paper, came, last) for paper in group)
        for paper in group
    }


def _top(above: dict[Paper, Paper], paper: Paper) -> Paper:
    """The paper that stands for the group."""
    above.setdefault(paper, paper)
    while above[paper] != paper:
        above[paper] = paper = above[above[paper]]
    return paper


def _was_there(paper: Paper, came: set[Paper], last: Mapping[str, int]) -> bool:
    """Whether it was the staying file's own before the merge."""
    return paper not in came and paper.pk <= last[paper.place]
