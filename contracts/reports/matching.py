"""Whose money bank lines are: what points to visible customers, weighed by the rules."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.models import BankLine, Contract, Payer, PlanLine
from contracts.rules.matching import Candidate, Owed, Reason, Suggestion, suggest
from core.text import normalised_name
from customers.models import Customer
from organization.models import User

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_/-]{4,}")
_MOST_LINES = 5000  # open lines that are looked at
_MOST_BY_AMOUNT = 200
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """A suggestion with its customer."""

    customer: Customer
    suggestion: Suggestion


@dataclass(slots=True)
class _Points:
    """What points to a customer for one bank line."""

    reasons: set[Reason]
    named: str = ""


def guesses(user: User, lines: Sequence[BankLine]) -> dict[int, list[Guess]]:
    """At most three guesses for each bank line by its id, best first; eight queries at most."""
    points = _pointed(user, lines)
    by_amount = _by_amount(user, lines)
    wanted = {customer for _line, customer in points} | {
        c for ids in by_amount.values() for c in ids
    }
    customers = Customer.objects.visible_to(user).unmerged().in_bulk(wanted)
    owed = _owed(user, customers)
    found = {}
    for line in lines:
        candidates = {c for pk, c in points if pk == line.pk} | by_amount[
            line.amount, line.currency
        ]
        ranked = suggest(
            line.amount,
            [
                _candidate(line, c, points.get((line.pk, c)), owed[c, line.currency])
                for c in sorted(candidates & set(customers))
            ],
        )
        found[line.pk] = [Guess(customers[each.customer], each) for each in ranked[:SHOWN]]
    return found


def _candidate(
    line: BankLine, customer: int, points: _Points | None, owed: list[PlanLine]
) -> Candidate:
    reasons, named = (set(points.reasons), points.named) if points else (set(), "")
    numbers = set(_NUMBER.findall(line.text))
    for each in owed:
        if not named and each.invoice_no and each.invoice_no in numbers:
            reasons.add(Reason.NUMBER)
            named = each.line_no
    lines = tuple(Owed(each.line_no, each.amount - each.paid) for each in owed)
    return Candidate(customer, lines, frozenset(reasons), named)


def _pointed(user: User, lines: Sequence[BankLine]) -> dict[tuple[int, int], _Points]:
    """What says who pays, by bank line and customer."""
    found: dict[tuple[int, int], _Points] = {}
    payers, names = _payers(user, lines), _names(user, lines)
    numbers = _numbers(user, lines)
    for line in lines:
        told = [(c, Reason.PAYER, "") for c in payers.get(normalised_name(line.payer_name), ())]
        told += [(c, Reason.NAME, "") for c in names.get(line.payer_name, ())]
        for text in _NUMBER.findall(line.text):
            told += [(c, Reason.NUMBER, named) for c, named in numbers.get(text, ())]
        for customer, reason, named in told:
            points = found.setdefault((line.pk, customer), _Points(set()))
            points.reasons.add(reason)
            points.named = points.named or named
    return found


def _payers(user: User, lines: Iterable[BankLine]) -> dict[str, set[int]]:
    keys = {normalised_name(line.payer_name) for line in lines} - {""}
    rows = Payer.objects.visible_to(user).filter(key__in=keys)
    return _grouped(rows.values_list("key", "customer"))


def _names(user: User, lines: Iterable[BankLine]) -> dict[str, set[int]]:
    names = {line.payer_name for line in lines} - {""}
    rows = Customer.objects.visible_to(user).unmerged().filter(name__in=names)
    return _grouped(rows.order_by().values_list("name", "pk"))


def _numbers(user: User, lines: Iterable[BankLine]) -> dict[str, set[tuple[int, str]]]:
    """Numbers in the texts that are ours: of lines (which they name), contracts, customers."""
    texts = {number for line in lines for number in _NUMBER.findall(line.text)}
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    plan = PlanLine.objects.visible_to(user).open().filter(line_no__in=texts).order_by()
    for number, customer in plan.values_list("line_no", "customer"):
        found[number].add((customer, number))
    contracts = Contract.objects.visible_to(user).filter(contract_no__in=texts).order_by()
    for number, customer in contracts.values_list("contract_no", "customer"):
        found[number].add((customer, ""))
    customers = Customer.objects.visible_to(user).unmerged().filter(code__in=texts).order_by()
    for code, customer in customers.values_list("code", "pk"):
        found[code].add((customer, ""))
    return found


def _by_amount(user: User, lines: Iterable[BankLine]) -> dict[tuple[object, str], set[int]]:
    """Customers with an open line of exactly that amount and currency."""
    amounts = {line.amount for line in lines}
    rows = PlanLine.objects.visible_to(user).open().filter(amount__in=amounts, paid=0).order_by()
    found: dict[tuple[object, str], set[int]] = defaultdict(set)
    for amount, currency, customer in rows.values_list("amount", "currency", "customer")[
        :_MOST_BY_AMOUNT
    ]:
        found[amount, currency].add(customer)
    return found


def _owed(user: User, customers: Iterable[int]) -> dict[tuple[int, str], list[PlanLine]]:
    """Their open lines by customer and currency, oldest due first."""
    rows = PlanLine.objects.visible_to(user).open().filter(customer__in=list(customers))
    found: dict[tuple[int, str], list[PlanLine]] = defaultdict(list)
    for line in rows.order_by("due_on", "line_no")[:_MOST_LINES]:
        found[line.customer_id, line.currency].append(line)
    return found


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for key, customer in pairs:
        found[key].add(customer)
    return found
