"""Few answers tell on people: small cells are hidden, with company (A22)."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
TOO_FEW = 5  # distinct respondents below which a cell is hidden
FEW = 30  # below, a figure is marked as resting on few answers


def hidden(cells: Mapping[Key, int], least: int = TOO_FEW) -> set[Key]:
    """The cells of one cut that are not shown, given how many answered in each.

    Where the hidden ones together could be found by subtraction, the next smallest joins them.
    Empty cells hide nobody and are left out.
    """
    by_size = sorted((n, str(key), key) for key, n in cells.items() if n > 0)
    found: set[Key] = set()
    people = 0
    for n, _name, key in by_size:
        if n >= least and (people == 0 or people >= least):
            break
        found.add(key)
        people += n
    return found
