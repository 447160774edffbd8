"""The books of many customers during one import: what is left of the lines that money may reach."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet

from contracts.models import PlanLine
from contracts.rules.allocation import OpenLine
from contracts.rules.book import Book

MOST_LINES = 200_000  # kept from batch to batch; above it they are read again


class Books:
    """Lines are locked when they are first read, so the books stay true until the import ends."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin with empty books; the locks stay."""
        self.amounts: dict[int, Decimal] = {}  # of the lines read so far, by id
        self.numbers: dict[int, str] = {}
        self.ids: dict[str, int] = {}
        self._books: dict[int, Book] = defaultdict(lambda: Book(()))
        self._whole: set[int] = set()  # customers all of whose open lines have been read

    def read(self, line_ids: Iterable[int]) -> None:
        """Have these lines in the books."""
        if len(self.numbers) > MOST_LINES:
            self.forget()
        missing = set(line_ids) - set(self.numbers)
        if missing:
            self._add(PlanLine.objects.filter(pk__in=missing))

    def read_all(self, customer_ids: set[int]) -> None:
        """Have all open lines of these customers in the books."""
        missing = customer_ids - self._whole
        if missing:
            self._add(PlanLine.objects.filter(customer__in=missing).open())
            self._whole |= missing

    def of(self, customer_id: int) -> Book:
        """The customer's book."""
        return self._books[customer_id]

    def remainder(self, customer_id: int, line_id: int) -> Decimal:
        """What is left of a line."""
        return self._books[customer_id].lines[self.numbers[line_id]].remainder

    def _add(self, lines: QuerySet[PlanLine]) -> None:
        names = ("pk", "customer_id", "line_no", "issued_on", "due_on", "currency", "state")
        rows = lines.select_for_update(no_key=True).order_by("pk")
        for *facts, amount, paid in rows.values_list(*names, "amount", "paid").iterator():
            pk, customer_id, number, issued_on, due_on, currency, state = facts
            if pk in self.numbers:
                continue  # what this import has put on it stands in the book
            self.numbers[pk], self.ids[number], self.amounts[pk] = number, pk, amount
            is_closed = state != PlanLine.State.OPEN
            line = OpenLine(number, issued_on, due_on, amount - paid, currency, is_closed)
            self._books[customer_id].add(line)
