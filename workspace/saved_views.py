"""Saved views of the customer list: the filters and the order of an address under a name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from organization.models import User
from workspace.models import SavedView

MOST = 20
MOST_COUNTED = 6  # views whose number the side bar tells


@dataclass(frozen=True, slots=True)
class Tab:
    """One view over the list."""

    label: Any
    url: str
    current: bool = False
    pk: int = 0  # 0: the list without filters


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address without it."""

    name: str
    label: Any
    value: Any
    without: str


def canonical(data: QueryDict, names: Iterable[str], usual: str = "") -> str:
    """Filters and order of an address: filled ones only, sorted by name, so that two compare.

    `usual` is the order a list has by itself, which is not worth a word.
    """
    kept = {name: str(data[name]).strip() for name in sorted({*names, "sort"}) if data.get(name)}
    if kept.get("sort") == usual:
        del kept["sort"]
    return urlencode({name: value for name, value in kept.items() if value})


def address(view: SavedView) -> str:
    """Where the view is."""
    query = f"view={view.pk}" + (f"&{view.query}" if view.query else "")
    return f"{reverse('customer_list')}?{query}"


def views_of(user: User) -> list[SavedView]:
    """The person's views, oldest first."""
    return list(SavedView.objects.filter(user=user)[:MOST])


def current_view(views: Iterable[SavedView], text: str) -> SavedView | None:
    """The view an address names, if it is one of these."""
    return next((view for view in views if str(view.pk) == text), None)


def pinned(user: User) -> list[Tab]:
    """The views the person wants in the side bar; one query."""
    views = SavedView.objects.filter(user=user, pinned=True)[:MOST]
    return [Tab(view.name, address(view), pk=view.pk) for view in views]


def tabs(views: Iterable[SavedView], current: SavedView | None, everything: Any) -> Iterator[Tab]:
    """The list without filters, then the views."""
    yield Tab(everything, reverse("customer_list"), current=current is None)
    for view in views:
        yield Tab(view.name, address(view), current=view == current, pk=view.pk)


def parsed(view: SavedView) -> QueryDict:
    """The view's filters as a request would bring them."""
    return QueryDict(view.query)
