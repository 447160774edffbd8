"""The people of a customer by their part in deciding about us, placed for drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import ngettext, pgettext

from customers.models import Contact
from customers.reports.people import attitude_word

COLUMNS = 3
MOST_ROWS = 3  # of a lane: whoever else is there stands in the contacts section
ROW, CARD = 84, 62  # heights in pixels, as in pages/customer.css
_LANES = {
    "decider": 0, "approver": 0,
    "influencer": 1, "purchaser": 1, "finance": 1, "gatekeeper": 1,
    "user": 2,
}  # fmt: skip
UNKNOWN = 3
_TONES = {-2: "bad", -1: "warn", 0: "", 1: "ok", 2: "ok"}


@dataclass(frozen=True, slots=True)
class Person:
    """One card; row and column count from 1 over all lanes."""

    contact: Contact
    row: int
    column: int

    @property
    def attitude(self) -> str:
        """The attitude to us in a word."""
        return attitude_word(self.contact.attitude)

    @property
    def tone(self) -> str:
        """The colour of that word."""
        return "" if self.contact.attitude is None else _TONES[self.contact.attitude]

    @property
    def bars(self) -> list[bool]:
        """Five bars, as many filled as the influence says; none when it is unknown."""
        influence = self.contact.influence
        return [] if influence is None else [place < influence for place in range(5)]


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the drawing, or several where a part has many people."""

    label: str
    rows: int


@dataclass(frozen=True, slots=True)
class Wire:
    """One straight piece of the line from a superior to somebody; x in per cent, y in pixels."""

    x1: str
    y1: int
    x2: str
    y2: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The drawing: lanes from top to bottom, people in them, lines between them."""

    lanes: list[Lane] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    left_out: int = 0

    @property
    def height(self) -> int:
        """In pixels."""
        return ROW * sum(lane.rows for lane in self.lanes)

    @property
    def wires(self) -> list[Wire]:
        """From the foot of each superior to the head of whoever stands below."""
        places = {person.contact.pk: person for person in self.people}
        found: list[Wire] = []
        for person in self.people:
            boss = places.get(person.contact.reports_to_id or 0)
            if boss is not None and boss.row < person.row:
                found += _elbow(boss, person)
        return found

    @property
    def summary(self) -> str:
        """Who is for and against us, in words."""
        known = [person.contact.attitude for person in self.people]
        number = len(known) + self.left_out
        return " · ".join(
            [
                ngettext("{n} person", "{n} people", number).format(n=number),
                *_counted(known),
            ]
        )


def _counted(known: Sequence[int | None]) -> Iterator[str]:
    supporters = sum(1 for attitude in known if attitude is not None and attitude > 0)
    opposed = sum(1 for attitude in known if attitude is not None and attitude < 0)
    if supporters:
        yield ngettext("{n} for us", "{n} for us", supporters).format(n=supporters)
    if opposed:
        yield ngettext("{n} against", "{n} against", opposed).format(n=opposed)


def chain(contacts: Sequence[Contact]) -> Chain:
    """Everybody placed: deciders on top, the influential first, below their superior if free."""
    drawn = Chain()
    labels = (
        pgettext("lane of the decision chain", "Decide"),
        pgettext("lane of the decision chain", "Influence"),
        pgettext("lane of the decision chain", "Use"),
        pgettext("lane of the decision chain", "Part unknown"),
    )
    left_out = 0
    columns: dict[int, int] = {}
    for number, label in enumerate(labels):
        members = [person for person in contacts if _lane(person) == number]
        if not members:
            continue
        members.sort(key=lambda one: (-(one.influence or 0), not one.is_primary, one.name))
        seated = members[: COLUMNS * MOST_ROWS]
        left_out += len(members) - len(seated)
        first = sum(lane.rows for lane in drawn.lanes)
        for start in range(0, len(seated), COLUMNS):
            row = first + start // COLUMNS + 1
            for contact, column in _seats(seated[start : start + COLUMNS], columns):
                columns[contact.pk] = column
                drawn.people.append(Person(contact, row, column))
        drawn.lanes.append(Lane(label, -(-len(seated) // COLUMNS)))
    return Chain(drawn.lanes, drawn.people, left_out)


def _lane(contact: Contact) -> int:
    return _LANES.get(contact.chain_role, UNKNOWN)


def _seats(row: Sequence[Contact], columns: dict[int, int]) -> list[tuple[Contact, int]]:
    """A column each: the superior's if it is free, else the first free one; from left to right."""
    free = list(range(1, COLUMNS + 1))
    seats = []
    for contact in sorted(row, key=lambda one: one.reports_to_id not in columns):
        wished = columns.get(contact.reports_to_id or 0, 0)
        column = wished if wished in free else free[0]
        free.remove(column)
        seats.append((contact, column))
    return sorted(seats, key=lambda seat: seat[1])


def _elbow(boss: Person, person: Person) -> list[Wire]:
    above, below = ROW * boss.row - (ROW - CARD) // 2, ROW * (person.row - 1) + (ROW - CARD) // 2
    x, to = _middle(boss.column), _middle(person.column)
    turn = below - (ROW - CARD) // 2
    if x == to:
        return [Wire(x, above, x, below)]
    return [Wire(x, above, x, turn), Wire(x, turn, to, turn), Wire(to, turn, to, below)]


def _middle(column: int) -> str:
    return f"{(column - 0.5) * 100 / COLUMNS:.2f}%"
