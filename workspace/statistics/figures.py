"""The sums behind the pages: rollup rows of visible customers, added up by customer, then by part.

The rows come from the ORM, through `visible_to`; what is asked of customers (who stayed, who is
new, who sent anything at all) needs a second level, which SQL wraps around them. Everything is
live: a correction of a waybill is in the next page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat

from customers.models import Division
from organization.models import User
from shipments.models import CustomerMonth, LaneMonth
from shipments.rules.periods import YEAR, Span
from shipments.rules.places import Places, known_places
from workspace.statistics.choice import Choice
from workspace.statistics.dimensions import DIMENSIONS, NONE, SEPARATOR
from workspace.statistics.months import YEARS as SERIES_YEARS
from workspace.statistics.sums import Sums

COUNTS = ("shipments", "weight_kg", "promised", "on_time", "exceptions")
MONEY = ("revenue", "cost", "uncosted")
_PAIR = ("origin", "destination")
_PAIRED = {"lane", "scope"}
_SIGN = "\x1f"  # between the two where they are one text
_COMPARED = ("shipments", "revenue", "cost", "uncosted")
_PLAIN = [field.name for field in fields(Sums) if not field.name.startswith(("then", "stayed"))]
_WHOLE = {field.name for field in fields(Sums) if field.type is int}
_OUTER = ", ".join(
    f"coalesce(sum({name}), 0){'::bigint' * (name in _WHOLE)} AS {name}" for name in _PLAIN[1:]
)
_BY_CUSTOMER = ", ".join(f"sum({name}) AS {name}" for name in _PLAIN[1:])
_YEARS = ("shipments_then", "shipments_year", "revenue_then", "revenue_year")
_STAYED = """
    count(*) FILTER (WHERE shipments_then > 0),
    coalesce(sum(revenue_then) FILTER (WHERE shipments_then > 0), 0),
    count(*) FILTER (WHERE shipments_then > 0 AND shipments_year > 0),
    coalesce(sum(revenue_year) FILTER (WHERE shipments_then > 0), 0),
    coalesce(sum(least(revenue_year, revenue_then)) FILTER (WHERE shipments_then > 0), 0)"""
# Who had nothing before the period is new; rows of a month add up, and may come to nothing.
_AGE = """CASE WHEN EXISTS (
    SELECT FROM shipments_customermonth f WHERE f.customer_id = c.customer_id AND f.month < %s
     GROUP BY f.month HAVING sum(f.shipments) > 0) THEN 'old' ELSE 'new' END"""


@dataclass(frozen=True, slots=True)
class Asked:
    """An SQL text with its parameters."""

    text: str
    parameters: tuple[Any, ...] = ()


def rollup_rows(user: User, choice: Choice, span: Span) -> QuerySet[Any]:
    """Addends of the span that the person sees and the choice means."""
    rows = _rows_of_customers(user, choice, span)
    asked = choice.values.get("age")
    if asked:
        before = CustomerMonth.objects.filter(
            customer=OuterRef("customer"), month__lt=choice.span.first
        )
        sent = before.order_by().values("month").annotate(n=Sum("shipments")).filter(n__gt=0)
        rows = rows.filter(Exists(sent) if asked == "old" else ~Exists(sent))
    if _PAIRED & choice.values.keys():
        fitting = [_SIGN.join(pair[:2]) for pair in _fitting_pairs(user, choice, "", span)]
        rows = rows.annotate(pair=Concat("origin", Value(_SIGN), "destination"))
        rows = rows.filter(pair__in=fitting)
    return rows


def series_rows(user: User, choice: Choice) -> QuerySet[Any]:
    """The same of all the months that are shown over time."""
    last = choice.span.last
    return rollup_rows(user, choice, Span(last - SERIES_YEARS * YEAR + 1, last))


def _rows_of_customers(user: User, choice: Choice, span: Span) -> QuerySet[Any]:
    model: Any = LaneMonth if choice.of_lanes else CustomerMonth
    rows = model.objects.visible_to(user).filter(month__range=(span.first, span.last))
    found: QuerySet[Any] = rows.filter(choice.query).order_by()
    return found if choice.is_understood else found.none()


def sums_by(user: User, choice: Choice, by: str, limit: int | None = None) -> dict[Any, Sums]:
    """Sums by the key of a dimension, the greatest revenue first; by "" all together.

    At most `limit` keys. Parts in which nothing was sent in either period are left out.
    """
    asked = _per_customer(user, choice, by)
    if asked is None:
        return {}
    is_age = by == "age"
    key = _AGE if is_age else "key" if by else "NULL"
    text = f"""
        SELECT {key} AS part, count(*) FILTER (WHERE shipments > 0) AS customers, {_OUTER},
               {_STAYED}
          FROM ({asked.text}) AS c
         GROUP BY 1 HAVING sum(shipments) > 0 OR sum(shipments_before) > 0
         ORDER BY revenue DESC, 1 LIMIT %s"""  # noqa: S608  # text of this code; values are parameters
    before = (choice.span.first,) if is_age else ()
    found = _fetch(Asked(text, (*before, *asked.parameters, limit)))
    return {part: Sums(*values) for part, *values in found}


def total(user: User, choice: Choice) -> Sums:
    """All parts together, each customer counted once; of customers' months unless lanes matter."""
    return sums_by(user, replace(choice, by="customer"), "").get(None, Sums())


def _per_customer(user: User, choice: Choice, by: str) -> Asked | None:
    """One row a customer and key; None where no lane fits."""
    dimension = DIMENSIONS.get(by)
    span, before = choice.span, choice.before
    year = Span(span.last - YEAR + 1, span.last)
    then = year.earlier(YEAR)
    first = min(span.first, before.first, then.first)
    rows = rollup_rows(user, choice, Span(first, max(span.last, before.last)))
    key = F(dimension.field) if dimension and dimension.field else None
    pairs = by in _PAIRED
    groups = ["customer_id", *(_PAIR if pairs else ()), *(["key"] if key else [])]
    rows = rows.annotate(key=key) if key else rows
    money = Q(currency=choice.currency)
    now, earlier = _within(span), _within(before)
    sums = {name: _sum(name, now) for name in COUNTS}
    sums |= {name: _sum(name, now & money) for name in MONEY}
    sums |= {
        f"{name}_before": _sum(name, earlier & money if name in MONEY else earlier)
        for name in _COMPARED
    }
    for name, window in (("then", then), ("year", year)):
        sums[f"shipments_{name}"] = _sum("shipments", _within(window))
        sums[f"revenue_{name}"] = _sum("revenue", _within(window) & money)
    # Aliases that do not hide the columns they sum.
    grouped = rows.values(*groups).annotate(**{f"a_{name}": one for name, one in sums.items()})
    inner = _renamed(grouped, groups, sums)
    if inner is None or not pairs:
        return inner
    return _by_pair(user, choice, by, inner, Span(first, max(span.last, before.last)))


def _sum(name: str, condition: Q) -> Any:
    return Sum(name, filter=condition, default=0)


def _within(span: Span) -> Q:
    return Q(month__range=(span.first, span.last))


def _renamed(rows: QuerySet[Any], groups: list[str], sums: Iterable[str]) -> Asked | None:
    """The query with its sums under their own names; None where it can have no row."""
    try:
        text, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return None
    names = ", ".join(f"a_{name} AS {name}" for name in sums)
    return Asked(f"SELECT {', '.join(groups)}, {names} FROM ({text}) AS r", tuple(parameters))  # noqa: S608  # text of this code; values are parameters


def _by_pair(user: User, choice: Choice, by: str, inner: Asked, span: Span) -> Asked | None:
    """The rows of fitting pairs of places, by what the dimension makes of a pair."""
    fitting = _fitting_pairs(user, choice, by, span)
    if not fitting:
        return None
    sums = ", ".join(f"sum({name}) AS {name}" for name in _YEARS)
    text = f"""
        SELECT r.customer_id, p.part AS key, {_BY_CUSTOMER}, {sums} FROM ({inner.text}) AS r
          JOIN unnest(%s::text[], %s::text[], %s::text[]) AS p (start, finish, part)
            ON p.start = r.origin AND p.finish = r.destination
         GROUP BY 1, 2"""  # noqa: S608  # text of this code; values are parameters
    starts, finishes, parts = zip(*fitting, strict=True)
    return Asked(text, (*inner.parameters, list(starts), list(finishes), list(parts)))


def _fitting_pairs(user: User, choice: Choice, by: str, span: Span) -> list[tuple[str, str, str]]:
    """Origins and destinations as they are written, with what the dimension calls the pair."""
    pairs = _rows_of_customers(user, choice, span).values_list(*_PAIR).distinct()
    places, found = places_known(), []
    lane, scope = choice.values.get("lane"), choice.values.get("scope")
    for origin, destination in pairs:
        lane_here = lane_name(places, origin, destination)
        scope_here = str(places.scope(origin, destination))
        if lane not in {None, lane_here} or scope not in {None, scope_here}:
            continue
        found.append((origin, destination, scope_here if by == "scope" else lane_here))
    return found


def lane_name(places: Places, origin: str, destination: str) -> str:
    """The lane from city to city; `NONE` for an end that is not stated."""
    ends = (places.place(origin).city or NONE, places.place(destination).city or NONE)
    return SEPARATOR.join(ends)


def places_known() -> Places:
    """Places of the national list; of a municipality only its own name counts."""
    divisions = Division.objects.filter(parent__parent=None, parent__isnull=False)
    return known_places(divisions.values_list("name", "parent__name"))


def _fetch(asked: Asked) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.parameters)
        return list(cursor.fetchall())
