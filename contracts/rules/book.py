"""The open lines of one customer while many receipts are put on them one after another.

The same answers as `plan_receipt` with all open lines each time, without looking at all of them.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from contracts.rules.allocation import OpenLine, Plan, Receipt, plan_receipt
from core.rules import ZERO


class Book:
    """Lines with what is left of them; `post` takes money off, `give_back` puts it on again."""

    def __init__(self, lines: Iterable[OpenLine]) -> None:
        self.lines: dict[str, OpenLine] = {}
        self._order: dict[str, list[tuple[date, str]]] = {}  # open lines of a currency, oldest due
        for line in lines:
            self.add(line)

    def post(self, receipt: Receipt) -> Plan:
        """Plan a receipt and take its rows off the lines; AllocationError as `plan_receipt`."""
        plan = plan_receipt(receipt, self._candidates(receipt))
        for row in plan.rows:
            self.give_back(row.line_no, -row.amount)
        return plan

    def give_back(self, line_no: str, amount: Decimal) -> None:
        """Add to what is left of a line."""
        line = self.lines[line_no]
        self.add(replace(line, remainder=line.remainder + amount))

    def add(self, line: OpenLine) -> None:
        """Enter a line, or what has become of it."""
        before = self.lines.get(line.line_no)
        was_open = before is not None and before.remainder > 0
        self.lines[line.line_no] = line
        if line.is_void or was_open == (line.remainder > 0):
            return
        order, place = self._order.setdefault(line.currency, []), (line.due_on, line.line_no)
        if was_open:
            del order[bisect_left(order, place)]
        else:
            insort(order, place)

    def _candidates(self, receipt: Receipt) -> list[OpenLine]:
        """The named line and as many others, in the order of the rule, as the money can reach."""
        named = self.lines.get(receipt.line_no) if receipt.line_no is not None else None
        if receipt.line_no is not None and named is None:
            return []
        found = [named] if named else []
        left = receipt.amount - (named.remainder if named else ZERO)
        order = self._order.get(receipt.currency, [])
        for issued_later in (False, True):
            for _due_on, line_no in order:
                line = self.lines[line_no]
                if left <= 0:
                    return found
                if line is not named and (line.issued_on > receipt.received_on) == issued_later:
                    found.append(line)
                    left -= line.remainder
        return found
