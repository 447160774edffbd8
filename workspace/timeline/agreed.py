"""What was agreed, promised and demanded in writing: three tables in one query.

The page of a customer has no queries to spare: their rows are read as one shape.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, CharField, DateField, DecimalField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from contracts.models import Contract, Letter, LetterStage, Promise
from contracts.rules.contracts import Stage
from core.formats import money_full
from core.rules import ZERO
from customers.models import Customer
from organization.models import User
from workspace.timeline.items import Item, behind, in_order, joined
from workspace.timeline.merging import Key, Reach, midnight
from workspace.words import day_text

PROMISES, LETTERS, ENDED, BEGUN, CONTRACTS = 57, 48, 47, 46, 45
_TONES = {"kept": "ok", "partial": "warn", "broken": "bad"}
_TEXT, _DAY = CharField(), DateField()
_MONEY = DecimalField(max_digits=18, decimal_places=2)
_NOTHING, _NO_MONEY = Value("", _TEXT), Value(ZERO, _MONEY)
_CONTRACT = {
    "name": F("contract_no"), "state": F("kind"), "text": _NOTHING, "who": _NOTHING,
    "received": _NO_MONEY,
}  # fmt: skip
# What ended because somebody gave notice was not renewed, whatever came after.
_RENEWED_FROM = Case(When(stage=Stage.TERMINATED.value, then=None), default=F("renewed_from"))
_NEVER = Cast(Value(None), _DAY)  # a bare NULL in a union is text


class _Row(NamedTuple):
    """A row of any of them; what a table does not have is empty."""

    rank: int
    pk: int
    on: date
    name: str  # the contract's number, the promise's or letter's line or language
    state: str  # a kind, a state, a stage
    text: str
    who: str
    since: date | None
    until: date | None
    amount: Decimal | None
    received: Decimal
    currency: str


def agreed(  # noqa: PLR0913, PLR0917  # a reach for each rank
    user: User,
    customer: Customer,
    wanted_promises: Reach[date],
    wanted_letters: Reach[date],
    wanted_ended: Reach[date],
    wanted_begun: Reach[date],
    wanted_contracts: Reach[date],
    size: int,
) -> list[Item]:
    """Promises on the day they were made, letters when written.

    Contracts when they were signed, on their first day in force and on the last.
    """
    contracts = Contract.objects.visible_to(user).filter(customer=customer)
    in_force = contracts.agreed().with_last_day()
    promised = Promise.objects.visible_to(user).filter(customer=customer)
    written = Letter.objects.visible_to(user).filter(customer=customer)
    rows = _as_rows(
        behind(promised, "made_on", wanted_promises, size),
        rank=PROMISES,
        on="made_on",
        name=Coalesce("line__line_no", _NOTHING),
        state=F("state"),
        text=F("note"),
        who=F("noted_by__name"),
        since=_NEVER,
        until=F("due_on"),
        received=F("received"),
    ).union(
        _as_rows(
            behind(written, "written_on", wanted_letters, size),
            rank=LETTERS,
            on="written_on",
            name=F("channel"),
            state=F("stage"),
            text=F("subject"),
            who=F("written_by__name"),
            since=_NEVER,
            until=_NEVER,
            received=F("interest"),
        ),
        _as_rows(
            behind(contracts.exclude(signed_on=None), "signed_on", wanted_contracts, size),
            rank=CONTRACTS,
            on="signed_on",
            since=F("starts_on"),
            until=F("ends_on"),
            **_CONTRACT,
        ),
        _as_rows(
            behind(in_force, "starts_on", wanted_begun, size),
            rank=BEGUN,
            on="starts_on",
            since=_NEVER,
            until=_NEVER,
            **_CONTRACT,
        ),
        _as_rows(
            behind(in_force, "last_on", wanted_ended, size),
            rank=ENDED,
            on="last_on",
            since=_RENEWED_FROM,
            until=_NEVER,
            **_CONTRACT,
        ),
        all=True,
    )
    return in_order(_WORDS[row.rank](row) for row in map(_Row._make, rows))


def _as_rows(rows: QuerySet[Any], *, rank: int, on: str, **columns: Any) -> QuerySet[Any, Any]:
    """The rows as _Row; each column under a name of its own, so that no field is in its way."""
    texts = ("name", "state", "text", "who")
    told = {
        f"told_{name}": Cast(column, _TEXT) if name in texts else column
        for name, column in columns.items()
    }
    names = [f"told_{name}" for name in (*texts, "since", "until")]
    known = rows.annotate(told_rank=Value(rank), told_on=F(on), **told)
    shaped: QuerySet[Any, Any] = known.values_list(
        "told_rank", "pk", "told_on", *names, "amount", "told_received", "currency"
    )
    return shaped


def _promise(row: _Row) -> Item:
    title = _("Promised {amount} for {day}").format(
        amount=_money(row), day=day_text(row.until or row.on)
    )
    came = row.received and _("{amount} came").format(amount=money_full(row.received, row.currency))
    state = Promise.State(row.state)
    return _item(
        row,
        "calendar-check",
        title,
        joined(state.label, came, row.name),
        tone=_TONES.get(row.state, ""),
        quote=row.text,
    )


def _letter(row: _Row) -> Item:
    title = _("{letter} written: {amount} overdue").format(
        letter=LetterStage(row.state).label, amount=_money(row)
    )
    interest = row.received and _("interest {amount} (memo)").format(
        amount=money_full(row.received, row.currency)
    )
    return _item(
        row, "mail", title, joined(Letter.Channel(row.name).label, row.text, interest), tone="warn"
    )


def _contract(row: _Row) -> Item:
    since = row.since or row.on
    if row.until is None:
        term = _("from {day}, open-ended").format(day=day_text(since))
    else:
        term = f"{day_text(since)} – {day_text(row.until)}"
    title = _("Contract signed: {number}").format(number=row.name)
    return _item(row, "file-text", title, joined(row.state, term, row.amount and _money(row)))


def _begun(row: _Row) -> Item:
    title = _("Contract in force: {number}").format(number=row.name)
    return _item(row, "circle-check", title, row.state)


def _ended(row: _Row) -> Item:
    title = _("Contract renewed: {number}") if row.since else _("Contract ended: {number}")
    return _item(row, "refresh" if row.since else "clock", title.format(number=row.name), row.state)


def _item(row: _Row, icon: str, title: str, detail: str, tone: str = "", quote: str = "") -> Item:
    return Item(
        key=Key(midnight(row.on), row.rank, row.pk),
        icon=icon,
        tone=tone,
        title=title,
        detail=detail,
        quote=quote,
        who=row.who,
        has_time=False,
    )


def _money(row: _Row) -> str:
    return money_full(row.amount or ZERO, row.currency)


_WORDS: Mapping[int, Callable[[_Row], Item]] = {
    PROMISES: _promise,
    LETTERS: _letter,
    ENDED: _ended,
    BEGUN: _begun,
    CONTRACTS: _contract,
}
