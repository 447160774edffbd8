"""The rule set in words: what each place of the document is called, its unit, its value readable.

A place is named by its path, as "abc.a"; a section without words here is shown by its own names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.formats import NOTHING, money_full
from core.rules import percent_digits
from customers.models import ManagerLevel
from customers.rules.policies import CODES, RISK
from segmentation.ruleset import values
from segmentation.ruleset.document import Document, Parser, parsers
from segmentation.ruleset.labels import PARTS, SECTIONS, WORDS
from segmentation.ruleset.values import Problem


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
        return _stored(self.value)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a document, readable."""

    name: str
    title: str
    hint: str
    leaves: list[Leaf]


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


def readable_value(value: object, kind: str, unit: str = "") -> str:
    """A value of the document as a person reads it."""
    if value is None or value == []:
        return NOTHING
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    number = _number(value)
    if number is None:
        return _words().get((kind, value), str(value))
    if kind == "percent":
        return f"{percent_digits(number)}%"
    if kind == "money":
        return money_full(number, settings.COMPANY_CURRENCY)
    return counted(number, unit)


def _words() -> dict[tuple[str, object], str]:
    """Values that are no numbers."""
    return {
        ("flag", True): pgettext("rule set", "Yes"),
        ("flag", False): pgettext("rule set", "No"),
        ("basis", "revenue"): _("Revenue"),
        ("basis", "margin"): _("Margin"),
        **{("manager", str(value)): str(label) for value, label in ManagerLevel.choices},
    }


def counted(number: Decimal | int, unit: str) -> str:
    """A number with its unit."""
    n, shown = int(number), f"{number:,}"
    sentences = {
        "days": ngettext("{count} day", "{count} days", n),
        "weeks": ngettext("{count} week", "{count} weeks", n),
        "days overdue": ngettext("{count} day overdue", "{count} days overdue", n),
        "hours": ngettext("{count} working hour", "{count} working hours", n),
        "nights": ngettext("{count} night", "{count} nights", n),
        "minutes": ngettext("{count} minute", "{count} minutes", n),
        "customers": ngettext("{count} customer", "{count} customers", n),
        "shipments": ngettext("{count} shipment", "{count} shipments", n),
        "gaps": ngettext("{count} gap", "{count} gaps", n),
        "usual gaps": ngettext("{count} usual gap", "{count} usual gaps", n),
        "points": ngettext("{count} point", "{count} points", n),
    }
    return sentences.get(unit, "{count}").format(count=shown)


def unit_label(kind: str, unit: str) -> str:
    """What stands beside a field: in what it is typed."""
    labels = {
        "percent": "%",
        "money": settings.COMPANY_CURRENCY,
        "days": _("days"),
        "weeks": _("weeks"),
        "days overdue": _("days overdue"),
        "hours": _("working hours"),
        "nights": _("nights"),
        "minutes": _("minutes"),
        "customers": _("customers"),
        "shipments": _("shipments"),
        "gaps": _("gaps"),
        "usual gaps": _("usual gaps"),
        "points": _("points of 100"),
    }
    return labels.get(kind) or labels.get(unit, "")


def problem_text(problem: Problem, place: str) -> str:
    """What is wrong beside the field of `place`, with names and percents as the page writes them.

    The rule itself is the parser's; only its words are those of a document there.
    """
    kind = kind_of(place)
    worded = _typed_messages(kind).get(problem.message, _(problem.message))
    section = place.partition(".")[0]
    params = {name: _param(section, name, value, kind) for name, value in problem.params.items()}
    inside = "" if kind == "list" else problem.path.removeprefix(place).strip(".[]")
    text = worded % params
    return f"{inside}: {text}" if inside else text


def _typed_messages(kind: str) -> dict[str, str]:
    if kind == "percent":
        return {
            "must be above 0 and at most 1": _("must be above 0%% and at most 100%%"),
            "must be above 0 and at most 10": _("must be above 0%% and at most 1,000%%"),
            "must be at most 1": _("must be at most 100%%"),
            'must be a decimal number written as text, like "0.80"': _(
                "must be a number of per cent, not below 0, like 80 or 2.5"
            ),
            "makes more than 1 together with abc.head_a": _(
                "makes more than 100%% together with class A by head count"
            ),
            "makes %(sum)s together with %(others)s; it must be 1": _(
                "makes %(sum)s together with %(others)s; it must be 100%%"
            ),
        }
    return {
        'must be a decimal number written as text, like "0.80"': _(
            "must be a number, not below 0, like 80 or 2.5"
        )
    }


def _param(section: str, name: str, value: object, kind: str) -> object:
    if name in {"other", "others"}:
        paths = [path if "." in path else f"{section}.{path}" for path in str(value).split(", ")]
        return ", ".join(f"“{label_of(path)}”" for path in paths)
    if name in {"limit", "sum"}:
        return readable_value(value, kind)
    return value


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
    one, other = _number(before.value), _number(after.value)
    return one is not None and one == other


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _stored(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
