"""The document of `rules export` and `rules import`: its content and what is valid."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any

from contracts.rules.ageing import BUCKETS
from contracts.rules.alerts import DEFAULT_STAGES
from contracts.rules.credit import CreditMarks
from contracts.rules.doubtful import ProvisionRules
from contracts.rules.ladder import LadderRules
from core.rules import RuleError, gettext_noop
from customers.rules.policies import CODES, RISK, Policies
from segmentation.rules.customer_value import ValueRules
from segmentation.rules.health import PARTS, HealthRules
from segmentation.rules.hysteresis import HysteresisRules
from segmentation.rules.network import NetworkRules
from segmentation.rules.rhythm import RhythmRules
from segmentation.rules.scores import CURRENT, GRADE, POTENTIAL, ScoreRules
from segmentation.rules.serving import ServingRules
from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import ladder, policies, values
from segmentation.ruleset.values import Problem, ValueRefusedError


class RulesetError(RuleError):
    """The document is no valid rule set; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "; ".join(str(problem) for problem in problems)
        super().__init__(
            gettext_noop("The rule set is not valid: %(problems)s"), {"problems": listed}
        )


@dataclass(frozen=True, slots=True)
class AbcRules:
    """C1 and C2: what is ranked, the cuts of the cumulative share, the shares of heads."""

    basis: str = "revenue"
    a: Decimal = Decimal("0.80")
    b: Decimal = Decimal("0.95")
    head_a: Decimal = Decimal("0.05")
    head_b: Decimal = Decimal("0.15")
    head_minimum: int = 20


@dataclass(frozen=True, slots=True)
class AlertRules:
    """B9: the stages of a payment-due alert, in days from the due date."""

    payment_due_stages: tuple[int, ...] = DEFAULT_STAGES


@dataclass(frozen=True, slots=True)
class PublicationRules:
    """How many customers may change tier in one night before it is not published by itself."""

    max_moved_share: Decimal = Decimal("0.10")
    max_moved_floor: int = 20


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules that are data. The document has one object per field, with the same names."""

    abc: AbcRules
    tiers: TierCuts
    alerts: AlertRules
    publication: PublicationRules
    rhythm: RhythmRules = field(default_factory=RhythmRules)
    serving: ServingRules = field(default_factory=ServingRules)
    credit: CreditMarks = field(default_factory=CreditMarks)
    ladder: LadderRules = field(default_factory=LadderRules)
    provision: ProvisionRules = field(default_factory=ProvisionRules)
    policies: Policies = field(default_factory=Policies)
    hysteresis: HysteresisRules = field(default_factory=HysteresisRules)
    scores: ScoreRules = field(default_factory=ScoreRules)
    value: ValueRules = field(default_factory=ValueRules)
    network: NetworkRules = field(default_factory=NetworkRules)
    health: HealthRules = field(default_factory=HealthRules)


DEFAULT_RULES = Ruleset(AbcRules(), TierCuts(), AlertRules(), PublicationRules())

Document = Mapping[str, Mapping[str, object]]
Parser = Callable[[object], Any]
_SECTIONS: Mapping[str, tuple[type, Mapping[str, Parser]]] = {
    "abc": (
        AbcRules,
        {
            "basis": values.basis,
            "a": values.share,
            "b": values.share,
            "head_a": values.share,
            "head_b": values.share,
            "head_minimum": values.positive_count,
        },
    ),
    "tiers": (
        TierCuts,
        {"basis": values.basis, "large": values.amount, "medium": values.amount},
    ),
    "alerts": (AlertRules, {"payment_due_stages": values.stages}),
    "publication": (
        PublicationRules,
        {"max_moved_share": values.share, "max_moved_floor": values.count},
    ),
    "rhythm": (
        RhythmRules,
        {
            "shortest_gap": values.positive_count,
            "fewest_gaps": values.positive_count,
            "unknown_gap": values.positive_count,
            "at_risk": values.positive_count,
            "dormant": values.positive_count,
            "dormant_days": values.positive_count,
            "lost_days": values.positive_count,
            "new_days": values.positive_count,
            "decay_amber": values.share,
            "decay_red": values.share,
            "decay_shipments": values.positive_count,
        },
    ),
    "serving": (
        ServingRules,
        {
            "free_minutes": values.count,
            "minute_rate": values.amount,
            "waiting_billed": values.flag,
            "free_days": values.count,
            "day_rate": values.amount,
            "storage_billed": values.flag,
            "touch_cost": values.amount,
            "lane_shipments": values.positive_count,
        },
    ),
    "credit": (
        CreditMarks,
        {
            "watch_use": values.multiple,
            "hold_use": values.multiple,
            "stop_use": values.multiple,
            "watch_days": values.positive_count,
            "hold_days": values.positive_count,
            "stop_days": values.positive_count,
            "least_overdue": values.amount,
            "margin": values.share,
            "fresh_days": values.count,
            "counts_orders": values.flag,
        },
    ),
    "ladder": (
        LadderRules,
        {"told_from": ladder.told_from, "tiers": ladder.tiers},
    ),
    "provision": (ProvisionRules, dict.fromkeys(BUCKETS, values.portion)),
    "policies": (
        Policies,
        dict.fromkeys(CODES, policies.policy) | {RISK: policies.risk_policy},
    ),
    "hysteresis": (
        HysteresisRules,
        {
            "share": values.portion,
            "amount": values.portion,
            "nights_up": values.positive_count,
            "nights_down": values.positive_count,
        },
    ),
    "scores": (
        ScoreRules,
        dict.fromkeys((*CURRENT, *POTENTIAL, *GRADE), values.portion)
        | {
            "least_known": values.share,
            "high": values.points,
            "mid": values.points,
            "overlay": values.points,
        },
    ),
    "value": (
        ValueRules,
        {
            "least_customers": values.positive_count,
            "least_weeks": values.positive_count,
            "most_off": values.share,
            "least_contracts": values.positive_count,
            "discount": values.share,
        },
    ),
    "network": (
        NetworkRules,
        {"passed_on": values.share, "hub": values.positive_count, "alarm": values.share},
    ),
    "health": (
        HealthRules,
        dict.fromkeys(PARTS, values.portion)
        | {
            "least_known": values.share,
            "red": values.points,
            "yellow": values.points,
            "heavy": values.share,
            "poor": values.points,
            "sentiment_days": values.positive_count,
        },
    ),
}
_LATER = (
    "rhythm",
    "serving",
    "credit",
    "ladder",
    "provision",
    "policies",
    "hysteresis",
    "scores",
    "value",
    "network",
    "health",
)  # a document from before they were rules means what is delivered


def parsers() -> Mapping[str, Mapping[str, Parser]]:
    """What reads each value of the document: section -> key -> parser."""
    return {name: keys for name, (_made, keys) in _SECTIONS.items()}


def parse_ruleset(text: str) -> Ruleset:
    """The rule set written in a JSON text; RulesetError with all problems when it is not valid."""
    try:
        document = json.loads(
            text, object_pairs_hook=values.unique_keys, parse_constant=values.refuse_constant
        )
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        message = gettext_noop("is no JSON (line %(line)s, column %(column)s)")
        raise RulesetError([Problem("$", message, where)]) from error
    except ValueRefusedError as error:
        raise RulesetError([error.at("$")]) from error
    return load_ruleset(document)


def load_ruleset(document: object) -> Ruleset:
    """The rule set in a decoded document; RulesetError with all problems when it is not valid."""
    problems: list[Problem] = []
    if isinstance(document, dict):
        document = {name: dump_ruleset(DEFAULT_RULES)[name] for name in _LATER} | document
    found = _object(document, "$", _SECTIONS, problems)
    sections = {name: _section(name, found[name], problems) for name in _SECTIONS if name in found}
    if problems:
        raise RulesetError(problems)
    return Ruleset(**sections)


def dump_ruleset(rules: Ruleset) -> dict[str, dict[str, object]]:
    """The document of a rule set: decimals as text, stages as a list. Loading it gives it back."""
    return {
        part.name: {key: _plain(value) for key, value in asdict(getattr(rules, part.name)).items()}
        for part in fields(rules)
    }


def completed(document: Document) -> Document:
    """A stored document with the sections that came later, as the night reads it."""
    try:
        return dump_ruleset(load_ruleset(document))
    except RulesetError:  # of a release that knew other rules: as it is written
        return document


def differences(before: Document, after: Document) -> dict[str, list[object]]:
    """JSON path -> [value before, value after] where two documents differ."""
    return {
        f"{section}.{key}": [before.get(section, {}).get(key), after.get(section, {}).get(key)]
        for section in sorted({*before, *after})
        for key in sorted({*before.get(section, {}), *after.get(section, {})})
        if before.get(section, {}).get(key) != after.get(section, {}).get(key)
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _section(name: str, document: object, problems: list[Problem]) -> Any:
    made, parsers = _SECTIONS[name]
    before = len(problems)
    found = _object(document, name, parsers, problems)
    parsed: dict[str, Any] = {}
    for key, parse in parsers.items():
        if key in found:
            try:
                parsed[key] = parse(found[key])
            except ValueRefusedError as error:
                problems.append(error.at(f"{name}.{key}"))
    if len(problems) > before:
        return None
    section = made(**parsed)
    problems.extend(_contradictions(section))
    return section


def _object(
    document: object, path: str, keys: Mapping[str, object], problems: list[Problem]
) -> dict[str, object]:
    """The document's known keys; notes a wrong type, missing keys and unknown keys."""
    if not isinstance(document, dict):
        problems.append(Problem(path, gettext_noop("must be an object")))
        return {}
    prefix = "" if path == "$" else f"{path}."
    for key in keys:
        if key not in document:
            problems.append(Problem(f"{prefix}{key}", gettext_noop("is missing")))
    for key in document:
        if key not in keys:
            problems.append(Problem(f"{prefix}{key}", gettext_noop("is unknown; remove it")))
    return {key: document[key] for key in keys if key in document}


def _contradictions(section: object) -> list[Problem]:
    """What is wrong between the values of one section."""
    problems: list[Problem] = []
    for kind, (name, pairs, wholes) in _TOGETHER.items():
        if isinstance(section, kind):
            problems.extend(_out_of_order(name, section, pairs))
            problems.extend(_no_whole(name, section, wholes))
    if isinstance(section, AbcRules) and section.head_a + section.head_b > 1:
        problems.append(
            Problem("abc.head_b", gettext_noop("makes more than 1 together with abc.head_a"))
        )
    return problems


_CREDIT = (
    ("watch_use", "hold_use"),
    ("hold_use", "stop_use"),
    ("watch_days", "hold_days"),
    ("hold_days", "stop_days"),
    ("margin", "watch_use"),
)
_RHYTHM = (("at_risk", "dormant"), ("dormant_days", "lost_days"), ("decay_red", "decay_amber"))
# Of each section the pairs of which the first is to be below the second, and what makes 1 together.
_Pairs = tuple[tuple[str, str], ...]
_TOGETHER: Mapping[type, tuple[str, _Pairs, Iterable[Iterable[str]]]] = {
    AbcRules: ("abc", (("a", "b"),), ()),
    TierCuts: ("tiers", (("medium", "large"),), ()),
    RhythmRules: ("rhythm", _RHYTHM, ()),
    CreditMarks: ("credit", _CREDIT, ()),
    ScoreRules: ("scores", (("mid", "high"),), (CURRENT, POTENTIAL, GRADE)),
    HealthRules: ("health", (("red", "yellow"),), (PARTS,)),
}


def _out_of_order(name: str, section: object, pairs: tuple[tuple[str, str], ...]) -> list[Problem]:
    return [
        _below(f"{name}.{low}", f"{name}.{high}", Decimal(getattr(section, high)))
        for low, high in pairs
        if getattr(section, low) >= getattr(section, high)
    ]


def _no_whole(name: str, section: object, groups: Iterable[Iterable[str]]) -> list[Problem]:
    message = gettext_noop("makes %(sum)s together with %(others)s; it must be 1")
    return [
        Problem(
            f"{name}.{first}", message, {"sum": format(total, "f"), "others": ", ".join(others)}
        )
        for first, *others in groups
        if (total := sum((getattr(section, key) for key in (first, *others)), Decimal(0))) != 1
    ]


def _below(path: str, other: str, limit: Decimal) -> Problem:
    message = gettext_noop("must be below %(other)s (%(limit)s)")
    return Problem(path, message, {"other": other, "limit": format(limit, "f")})
