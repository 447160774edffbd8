"""The pages of the side bar, and what can be made new from anywhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

# The pages in the order of the side bar, each with the letter that follows G.
LETTERS = {
    "home": "t",
    "customer_list": "c",
    "task_list": "d",
    "prospects": "p",
    "contracts": "k",
    "receivables": "r",
    "collections": "e",
    "statistics": "u",
    "tiers": "s",
    "survey_scores": "v",
    "handovers": "o",
    "approvals": "y",
    "imports": "i",
    "admin:index": "a",
}
_RUNNING = {"handovers", "approvals", "imports", "admin:index"}
_COUNTED = {"home": "waiting", "approvals": "approvals"}
_BESIDE_NEW = 2  # pages left of the phone's "new"; one stands right of it, the rest behind "more"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One line of the side bar."""

    url: str
    label: str
    icon: str
    current: bool
    key: str  # what one types to go there
    running: bool  # it keeps the work going, below the pages about customers
    counts: str = ""  # what its line tells the number of: "waiting", "approvals" or nothing


@dataclass(frozen=True, slots=True)
class Creation:
    """Something that can be made new from any page, in the drawer."""

    url: str
    label: str
    icon: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tabs:
    """The same pages along the bottom of a phone."""

    left: list[NavigationItem]
    right: list[NavigationItem]
    more: list[NavigationItem]


def placed(request: HttpRequest, items: Iterable[tuple[str, str, str]]) -> Iterator[NavigationItem]:
    """Pages (URL name, label, icon) in the order of LETTERS."""
    order = list(LETTERS)
    for name, label, icon in sorted(items, key=lambda item: order.index(item[0])):
        url = reverse(name)
        current = request.path == url or (url != "/" and request.path.startswith(url))
        key = f"g {LETTERS[name]}"
        counts = _COUNTED.get(name, "")
        yield NavigationItem(url, label, icon, current, key, name in _RUNNING, counts)


def tabs(pages: list[NavigationItem]) -> Tabs:
    """Where each page stands on a phone."""
    right = _BESIDE_NEW + 1
    return Tabs(pages[:_BESIDE_NEW], pages[_BESIDE_NEW:right], pages[right:])
