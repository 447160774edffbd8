"""From the codes of a file to customers; a merged file's code means the one that survived."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, QuerySet

from core import sql
from customers.models import Customer

if TYPE_CHECKING:
    from organization.models import User

_SURVIVORS = Path(__file__).parent / "sql" / "survivors.sql"


class File(NamedTuple):
    """A customer file: its id and its own code."""

    pk: int
    code: str


@dataclass(slots=True)
class Files:
    """What codes mean: `seen` may be used, `hidden` exist but are not the actor's to see."""

    seen: dict[str, File] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)


def find_files(codes: Iterable[str], *, actor: "User | None" = None) -> Files:
    """The surviving files these codes mean, in two queries; without an actor all are seen."""
    found: list[Any] = sql.rows(_SURVIVORS, codes=sorted(set(codes)))
    files = {asked: File(pk, code) for asked, pk, code in found}
    if actor is None:
        return Files(files)
    ids = {file.pk for file in files.values()}
    visible = set(
        Customer.objects.visible_to(actor)
        .filter(pk__in=ids)
        .order_by()
        .values_list("pk", flat=True)
    )
    seen = {code: file for code, file in files.items() if file.pk in visible}
    return Files(seen, set(files) - set(seen))


def customers_by_code(codes: Iterable[str], actor: "User | None") -> dict[str, int]:
    """Ids by code of the surviving files; codes of nobody, or hidden from the actor, are left out.

    Without an actor (the command line) all customers count.
    """
    return {code: file.pk for code, file in find_files(codes, actor=actor).seen.items()}


def files_of(customer: Customer) -> QuerySet[Customer, int]:
    """Ids of the file and of those merged into it, for what keeps the id it was written with."""
    files = Customer.objects.filter(Q(pk=customer.pk) | Q(merged_into=customer)).order_by()
    found: QuerySet[Customer, int] = files.values_list("pk", flat=True)
    return found
