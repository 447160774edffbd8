"""May the next parcel go? How a customer's credit stands now, why, and what was decided before."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from contracts.models import (
    Credit,
    CreditDecision,
    CreditHold,
    CreditRelease,
    CreditStanding,
    CreditState,
)
from contracts.rules.credit import STATES, Release, shown_state
from contracts.rules.payment_score import WEIGHTS
from core.formats import money_full
from core.rules import ZERO, percent
from customers.models import Customer
from organization.models import User
from workspace.words import day_text

TONES = {"clear": "ok", "watch": "warn", "hold": "bad", "stop": "bad"}
ICONS = {"clear": "check", "watch": "eye", "hold": "clock", "stop": "x"}
DECISIONS = 12
USE_REASONS = {"use", "group_use"}


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of today, in the currency where it is worst: a release may have lapsed since.

    The limit that counts, own or the group's, and how much of it is used are in the company's.
    """

    shown: str
    held: bool
    released_until: dt.date | None
    limit: Decimal | None = None
    used: Decimal | None = None
    reasons: tuple[str, ...] = ()  # of the state in the company's

    @property
    def label(self) -> str:
        """The state in words."""
        return str(CreditStanding(self.shown).label)

    @property
    def tone(self) -> str:
        """Of its chip."""
        return TONES[self.shown]

    @property
    def icon(self) -> str:
        """On its chip."""
        return ICONS[self.shown]


@dataclass(frozen=True, slots=True)
class Row:
    """What one currency's state says, with its reasons in words."""

    state: CreditState
    standing: Standing
    reasons: list[str]
    available: Decimal | None
    is_home: bool

    @property
    def use_tone(self) -> str:
        """Of the meter of its limit."""
        return use_tone(self.state.used or ZERO, self.state.reasons)


def use_tone(used: Decimal, reasons: Iterable[str]) -> str:
    """Quiet; nearly used, once the state's rules give it as a reason; exceeded, above the limit."""
    if used > 1:
        return "bad"
    return "warn" if USE_REASONS & set(reasons) else "accent"


def standing_asked() -> Subquery:
    """The worst state of a customer of the outer query, to be read by `standing_from`."""
    worst = Case(
        *(When(shown=state, then=rank) for rank, state in enumerate(STATES)),
        output_field=IntegerField(),
    )
    rows = CreditState.objects.filter(customer=OuterRef("pk")).order_by(worst.desc())
    ours = CreditState.objects.filter(
        customer=OuterRef("customer"), currency=settings.COMPANY_CURRENCY
    )
    told = JSONObject(
        limit=Subquery(ours.values("credit_limit")),
        used=Subquery(ours.values("used")),
        reasons=Subquery(ours.values("reasons")),
        state="state",
        held="held",
        until="release_until",
        ceiling="release_ceiling",
        exposure="exposure",
    )
    return Subquery(rows.values(told=told)[:1])


def standing_from(found: dict[str, Any] | None, day: dt.date) -> Standing | None:
    """The standing as `standing_asked` found it; None where nothing was ever owed."""
    if found is None:
        return None
    until = dt.date.fromisoformat(found["until"]) if found["until"] else None
    told = _standing(
        found["state"],
        found["held"],
        until,
        _exact(found["ceiling"]),
        Decimal(str(found["exposure"])),
        day,
    )
    return replace(
        told,
        limit=_exact(found["limit"]),
        used=_exact(found["used"]),
        reasons=tuple(found["reasons"] or ()),
    )


def _exact(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _standing(  # what a row says
    state: str,
    held: bool,
    until: dt.date | None,
    ceiling: Decimal | None,
    exposure: Decimal,
    day: dt.date,
) -> Standing:
    release = None if until is None or ceiling is None else Release(until, ceiling)
    shown = shown_state(state, held=held, release=release, exposure=exposure, day=day)
    lasts = shown != state and not held
    return Standing(shown, held, until if lasts else None)


def standing_so(states: Sequence[str]) -> QuerySet[CreditState]:
    """The kept states of a customer, of a query around, that are one of these."""
    return CreditState.objects.filter(customer=OuterRef("pk"), shown__in=states)


def row_of(state: CreditState, day: dt.date) -> Row:
    """One currency's state as of the day."""
    standing = _standing(
        state.state,
        state.held,
        state.release_until,
        state.release_ceiling,
        state.exposure,
        day,
    )
    return Row(
        state,
        standing,
        reasons_in_words(state, standing),
        _available(state, standing),
        state.currency == settings.COMPANY_CURRENCY,
    )


def _available(state: Any, standing: Standing) -> Decimal | None:
    if standing.released_until and state.release_ceiling is not None:
        return Decimal(max(state.release_ceiling - state.exposure, 0))
    if not state.credit_limit:
        return None
    return Decimal(max(state.credit_limit - max(state.pooled, 0), 0))


def reasons_in_words(state: CreditState, standing: Standing) -> list[str]:
    """Why the state is what it is, the weightiest first; empty while it is clear."""
    words = {
        "use": _("{use} of the limit is used"),
        "group_use": _("{use} of the group's limit is used by all who share it"),
        "overdue": ngettext(
            "{overdue} overdue, the oldest for {n} day",
            "{overdue} overdue, the oldest for {n} days",
            state.worst_days,
        ),
        "falling": _("better by now, but not far enough below the mark"),
        "limit_lapsed": _("the limit has ended: half of it counts until it is renewed"),
    }
    facts = {
        "use": f"{percent(state.used, 0)}%" if state.used is not None else "",
        "overdue": money_full(state.overdue, state.currency),
        "n": state.worst_days,
    }
    found = [words[code].format(**facts) for code in state.reasons if code in words]
    if standing.released_until:
        message = _("released through {day}")
        found.insert(0, message.format(day=day_text(standing.released_until)))
    if standing.held:
        found.insert(0, _("stopped by hand"))
    return found


def standing(user: User, customer: Customer) -> dict[str, Any]:
    """Of the section: states, what people decided, the night's score, the record; five queries."""
    today = timezone.localdate()
    rows = [row_of(state, today) for state in _of(CreditState, user, customer)]
    rows.sort(key=lambda row: (not row.is_home, row.state.currency))
    holds = _of(CreditHold, user, customer).filter(lifted_on=None).select_related("placed_by")
    releases = _of(CreditRelease, user, customer).select_related("asked_by", "approved_by")
    nights = _of(Credit, user, customer).filter(version__is_current=True)
    night = nights.filter(currency=settings.COMPANY_CURRENCY).first()
    return {
        "standings": rows,
        "ours": next((row for row in rows if row.is_home), None),
        "ladder": list(CreditStanding.choices),
        "hold": holds.first(),
        "release": releases.filter(until__gte=today).first(),
        "night": night,
        "rating_parts": _rating_parts(night),
        "decisions": [
            (row, TONES[row.shown], cause_in_words(row.cause), _person(row))
            for row in _of(CreditDecision, user, customer)[:DECISIONS]
        ],
    }


def _rating_parts(night: Credit | None) -> list[tuple[str, Decimal | None, str]]:
    """The parts of the rating (0-100, None: not known) with their weights."""
    labels = {
        "payment": pgettext("rating", "Payment"),
        "financial": pgettext("rating", "Financial condition"),
        "volume": pgettext("rating", "Volume"),
        "tenure": pgettext("rating", "Years with us"),
        "integrity": _("Integrity"),
    }
    parts = night.parts if night else {}
    return [
        (labels[name], parts.get(name), f"{percent(weight, 0)}%")
        for name, weight in WEIGHTS.items()
    ]


def _person(decision: CreditDecision) -> str:
    """Who was at it; "" for the clock."""
    return "" if ":" in decision.actor or decision.cause == "facts" else decision.actor


def cause_in_words(cause: str) -> str:
    """What made somebody look: a receipt, the night, a limit."""
    words = {
        "receipt": pgettext("cause", "a receipt"),
        "reversal": pgettext("cause", "a receipt taken back"),
        "write_off": pgettext("cause", "a write-off"),
        "statement": pgettext("cause", "a statement confirmed"),
        "limit": pgettext("cause", "another limit"),
        "hold": pgettext("cause", "stopped by hand"),
        "lift": pgettext("cause", "the hold lifted"),
        "release": pgettext("cause", "a release"),
        "merge": pgettext("cause", "files merged"),
        "night": pgettext("cause", "the night"),
        "facts": pgettext("cause", "new facts"),
    }
    return words.get(cause, cause)


def _of(model: Any, user: User, customer: Customer) -> Any:
    return model.objects.visible_to(user).filter(customer=customer)
