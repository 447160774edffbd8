"""From the codes of a file to customers."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from customers.models import Customer

if TYPE_CHECKING:
    from organization.models import User


def customers_by_code(codes: Iterable[str], actor: "User | None") -> dict[str, int]:
    """Customer ids by code; a merged file's code means the file it was merged into.

    Codes that nobody has, or that lie outside what `actor` may see, are left out. Without an actor
    (the command line) all customers count.
    """
    customers = Customer.objects.all() if actor is None else Customer.objects.visible_to(actor)
    found: dict[str, int] = dict(customers.filter(code__in=set(codes)).values_list("code", "pk"))
    survivors = _survivors(set(found.values()))
    seen = set(survivors.values()) - set(survivors)
    if actor is not None and seen:
        seen = set(customers.filter(pk__in=seen).values_list("pk", flat=True))
    ids = {code: survivors.get(pk, pk) for code, pk in found.items()}
    return {code: pk for code, pk in ids.items() if pk == found[code] or pk in seen}


def _survivors(ids: set[int]) -> dict[int, int]:
    """Of these the merged files, each with the file at the end of its chain."""
    merged = Customer.objects.exclude(merged_into=None)
    nexts: dict[int, int] = {}
    asked = ids
    while asked:
        rows = merged.filter(pk__in=asked).values_list("pk", "merged_into")
        steps = {pk: into for pk, into in rows if into is not None}
        nexts |= steps
        asked = set(steps.values()) - set(nexts)
    return {pk: _end(nexts, pk) for pk in ids if pk in nexts}


def _end(nexts: dict[int, int], pk: int) -> int:
    while pk in nexts:
        pk = nexts[pk]
    return pk
