"""The rule document in words: its sections, what each place is called, where two differ.

A place is named by its path, as "abc.a"; a section without words here is shown by its own names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from customers.models import POINT_GROUPS, PolicyPoint
from customers.rules.policies import CODES, RISK
from segmentation.ruleset import values
from segmentation.ruleset.document import Document, Parser, parsers
from segmentation.ruleset.labels import PARTS, SECTIONS, WORDS, Text
from segmentation.ruleset.readable import as_number, readable_value, stored_value


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of a document with its words."""

    path: str
    label: str
    kind: str
    unit: str
    value: object

    @property
    def shown(self) -> str:
        """The value as a person reads it."""
        return readable_value(self.value, self.kind, self.unit)

    @property
    def stored(self) -> str:
        """The value as the document holds it."""
        return stored_value(self.value)


@dataclass(frozen=True, slots=True)
class PolicyGrid:
    """A line a point under its heading, a column a tier; the credit days of who is at risk."""

    tiers: list[str]
    groups: Sequence[tuple[Text, Sequence[tuple[Text, list[Leaf]]]]]
    risk: Leaf


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a document, readable."""

    name: str
    title: str
    hint: str
    leaves: list[Leaf]

    @property
    def grid(self) -> PolicyGrid | None:
        """Service policies side by side; None of another section, and of one that has not all."""
        found = {leaf.path.removeprefix("policies."): leaf for leaf in self.leaves}
        names = {f"{code}.{point}" for code in CODES for point in PolicyPoint.values}
        if self.name != "policies" or not names <= set(found):
            return None
        rows = [
            (
                label,
                [(point.label, [found[f"{code}.{point}"] for code in CODES]) for point in points],
            )
            for label, points in POINT_GROUPS
        ]
        return PolicyGrid([str(PARTS[code]) for code in CODES], rows, found[f"{RISK}.credit_days"])


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which two documents differ; None where one has no such place."""

    section: str
    path: str
    label: str
    before: Leaf | None
    after: Leaf | None


_KINDS: dict[Parser, str] = {
    values.share: "percent",
    values.multiple: "percent",
    values.portion: "percent",
    values.amount: "money",
    values.flag: "flag",
    values.basis: "basis",
    values.count: "count",
    values.positive_count: "count",
    values.stages: "list",
}


def sections(document: Document) -> list[Section]:
    """The document in the order of its own sections, each value with its words."""
    found = []
    for name in parsers():
        if name in document:
            leaves = [leaf for key in document[name] for leaf in leaves_of(document, name, key)]
            found.append(Section(name, *heading(name), leaves))
    return found


def heading(section: str) -> tuple[str, str]:
    """What a section is called, and what it is about."""
    title, hint = SECTIONS.get(section, (section, ""))
    return str(title), str(hint)


def leaves_of(document: Document, section: str, key: str) -> Iterator[Leaf]:
    """The values below one key: one, or as many as a mapping holds; none of an empty one."""
    yield from _leaves(f"{section}.{key}", document[section][key])


def compared(before: Document, after: Document) -> list[Difference]:
    """Every place at which two documents mean different things, in the order of the document."""
    old = {leaf.path: leaf for part in sections(before) for leaf in part.leaves}
    new = {leaf.path: leaf for part in sections(after) for leaf in part.leaves}
    paths = [*new, *(path for path in old if path not in new)]
    order = list(parsers())
    paths.sort(key=lambda path: order.index(path.partition(".")[0]))
    return [
        Difference(
            heading(path.partition(".")[0])[0],
            path,
            label_of(path),
            old.get(path),
            new.get(path),
        )
        for path in paths
        if not _means_the_same(old.get(path), new.get(path))
    ]


def label_of(path: str) -> str:
    """What a place is called, by the longest path that has words."""
    known, rest = _known(path)
    label = str(WORDS[known].label) if known else path
    parts = [str(PARTS.get(part, part.replace("_", " "))) for part in rest]
    return " · ".join([label, *parts])


def kind_of(path: str, value: object = None) -> str:
    """percent, money, count, number, flag, basis or list: as its parser reads it, else as it is."""
    section, key, *rest = path.split(".")
    word = WORDS.get(_known(path)[0])
    if word is not None and word.kind:
        return word.kind
    parser = parsers().get(section, {}).get(key)
    if not rest and parser in _KINDS:
        return _KINDS[parser]
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int):
        return "count"
    if isinstance(value, list):
        return "list"
    return "mapping" if isinstance(value, dict) else "number"


def is_optional(path: str) -> bool:
    """Whether a place may be left without a value."""
    word = WORDS.get(_known(path)[0])
    return word is not None and word.optional


def unit_of(path: str) -> str:
    """The unit of whole numbers at a place; "" for none."""
    word = WORDS.get(_known(path)[0])
    return word.unit if word else ""


def _leaves(path: str, value: object) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is not None or is_optional(f"{path}.{key}"):
                yield from _leaves(f"{path}.{key}", inner)
        return
    yield Leaf(path, label_of(path), kind_of(path, value), unit_of(path), value)


def _known(path: str) -> tuple[str, list[str]]:
    """The longest part of a path that has words, and the parts behind it; "" for none.

    Words of all tiers are kept under "*".
    """
    parts = path.split(".")
    for size in range(len(parts), 1, -1):
        head = parts[:size]
        for named in (head, [_any_tier(part) for part in head]):
            if ".".join(named) in WORDS:
                tier = [part for part, name in zip(head, named, strict=True) if name != part]
                return ".".join(named), [*tier, *parts[size:]]
    return "", []


def _any_tier(part: str) -> str:
    return "*" if part in {*CODES, RISK} else part


def _means_the_same(before: Leaf | None, after: Leaf | None) -> bool:
    if before is None or after is None:
        return before is after
    if before.value == after.value:
        return True
    one, other = as_number(before.value), as_number(after.value)
    return one is not None and one == other
