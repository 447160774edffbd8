"""Which column of a file is which of ours: recognised, remembered, or chosen by a person."""

import hashlib
import json
from collections.abc import Sequence

from core.tables.schema import REJECT_COLUMNS, Schema
from core.tables.text_cells import folded
from organization.models import User
from workspace.models import ColumnMapping
from workspace.uploads.kinds import Kind

Columns = list[str | None]
_SHORTEST = 2  # characters of a name that is looked for in another
_ENOUGH = 2  # columns that must be known before we say what a file holds


def signature(header: Sequence[str]) -> str:
    """What files with the same header have in common; their rejects files have it as well."""
    words = [folded(cell) for cell in header]
    added = set(REJECT_COLUMNS)
    if added <= set(words):
        words = [word for word in words if word not in added]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


def recognised(schema: Schema, header: Sequence[str]) -> Columns:
    """The columns by their names; the first of two that say the same counts."""
    columns: Columns = []
    for name in schema.recognise(header):
        columns.append(None if name in columns else name)
    return columns


def likened(schema: Schema, header: Sequence[str], columns: Columns) -> Columns:
    """The columns that are not known by now, if one name of ours is part of theirs or they of it.

    Only where a single one of those still free fits: 行业 for 所属行业, “City name” for “city”.
    """
    found = list(columns)
    for place, cell in enumerate(header):
        word = folded(cell)
        if found[place] is None and len(word) >= _SHORTEST:
            free = {
                name
                for known, name in schema.words.items()
                if name not in found and len(known) >= _SHORTEST and _alike(word, known)
            }
            if len(free) == 1:
                found[place] = free.pop()
    return found


def _alike(word: str, known: str) -> bool:
    return word in known or known in word


def guessed(header: Sequence[str], kinds: Sequence[Kind]) -> Kind | None:
    """The kind whose columns fit the header best; None when hardly any is known."""

    def fit(kind: Kind) -> tuple[bool, int]:
        columns = recognised(kind.schema, header)
        return not kind.schema.missing(columns), sum(name is not None for name in columns)

    best = max(kinds, key=fit, default=None)
    return best if best and fit(best)[1] >= _ENOUGH else None


def suggested(user: User, kind: Kind, header: Sequence[str]) -> Columns:
    """As the person read such a file the last time, else as the header says."""
    found = _remembered(user, kind, header)
    names = set(kind.schema.by_name)
    if found is None or {name for name in found.values() if name} - names:
        return likened(kind.schema, header, recognised(kind.schema, header))
    return [found.get(folded(cell)) for cell in header]


def is_remembered(user: User, kind: Kind, header: Sequence[str]) -> bool:
    """Whether the person has said before what such a file's columns are."""
    return _remembered(user, kind, header) is not None


def _remembered(user: User, kind: Kind, header: Sequence[str]) -> dict[str, str | None] | None:
    mapping = ColumnMapping.objects.filter(
        user=user, kind=kind.name, signature=signature(header)
    ).first()
    return dict(mapping.columns) if mapping else None


def remember(user: User, kind: str, header: Sequence[str], columns: Sequence[str | None]) -> None:
    """Read the next file with this header in the same way."""
    words = (folded(cell) for cell in header)
    ColumnMapping.objects.update_or_create(
        user=user,
        kind=kind,
        signature=signature(header),
        defaults={"columns": list(zip(words, columns, strict=True))},
    )
