"""How complete a file is against what its kind of customer asks for (02 §1.3). Pure Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

# Section -> what may be asked for there. The first five are confirmed by people and grow old.
ITEMS_OF: dict[str, tuple[str, ...]] = {
    "identity": (
        "uscc", "legal_representative", "ownership", "registered_capital", "founded_on",
        "shareholders",
    ),
    "place": ("city", "address"),
    "business": (
        "industry", "main_business", "employees", "annual_output", "scale", "industry_position",
        "development_plan",
    ),
    "logistics": (
        "goods", "packaging", "main_stations", "transport_modes", "transport_cycle",
        "seasonality", "planned_annual_volume",
    ),
    "relation": ("services_used", "depth", "logistics_spend"),
    "people": ("contact", "decider", "second_contact"),
    "credit": ("credit_limit",),
    "contract": ("contract",),
}  # fmt: skip
ITEMS = tuple(item for items in ITEMS_OF.values() for item in items)
SECTION_OF = {item: section for section, items in ITEMS_OF.items() for item in items}
# A change of these is told to the manager and to finance, as is one of the owners.
WATCHED = (
    "legal_representative", "registered_capital", "ownership", "province", "city", "district",
    "address", "main_business", "employees",
)  # fmt: skip
SECTIONS = ("identity", "place", "business", "logistics", "relation")


@dataclass(frozen=True, slots=True)
class Part:
    """One section's share of what is asked for."""

    section: str
    asked: int
    there: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """The file as a whole; `missing` in the order of the sections, without those of `stale`."""

    score: int  # per cent, rounded down; 100 where nothing is asked for
    parts: tuple[Part, ...]  # sections in which something is asked for
    missing: tuple[str, ...]
    stale: tuple[str, ...]  # sections that nobody has confirmed for too long: they count as missing


def kind_of_file(*, tier: str, size: str, status: str) -> str:
    """Whose requirements hold: large, medium, small or potential; risk counts by its size."""
    if tier == "potential" or (status == "prospect" and not size):
        return "potential"
    return size if size in ("large", "medium") else "small"


def is_stale(last: date, day: date, max_age_days: int) -> bool:
    """Whether what was last confirmed then is too old by `day`."""
    return (day - last).days > max_age_days


def completeness(
    asked: Collection[str], there: Collection[str], stale: Collection[str]
) -> Completeness:
    """What is asked for against what is there; a stale section counts as missing as a whole."""
    parts, missing, old = [], [], []
    for section, items in ITEMS_OF.items():
        wanted = [item for item in items if item in asked]
        if not wanted:
            continue
        found = [item for item in wanted if item in there]
        missing += [item for item in wanted if item not in there]
        if section in stale and found:
            old.append(section)
            found = []
        parts.append(Part(section, len(wanted), len(found)))
    total = sum(part.asked for part in parts)
    score = 100 * sum(part.there for part in parts) // total if total else 100
    return Completeness(score, tuple(parts), tuple(missing), tuple(old))
