"""How safe the business is: dependence on few customers, loss-makers, months that swing.

Everything is of the 12 whole months to the end of the chosen period, and live.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from core.charts import Chart, Mark, pareto
from core.rules import ZERO, percent, rate
from customers.models import Customer
from organization.models import User
from shipments.rules.periods import YEAR, Span
from workspace.statistics.choice import Choice
from workspace.statistics.figures import Asked, rollup_rows

TOPS = (1, 5, 10)
LISTED = 10
_GREATEST = 100  # customers among whom those that swing most are looked for
_POINTS = 40  # of the curve
_HHI = 10_000  # one customer alone

_BY_MONTH = """
WITH months AS ({rows}), by_customer AS (
    SELECT customer_id, sum(revenue) AS revenue, sum(cost) AS cost, sum(uncosted) AS uncosted,
           sum(revenue * revenue) AS squares
      FROM months GROUP BY customer_id HAVING sum(shipments) > 0
)"""
_CURVE = """, ranked AS (
    SELECT revenue, row_number() OVER w AS place, count(*) OVER () AS heads,
           sum(revenue) OVER (w ROWS UNBOUNDED PRECEDING) AS held, sum(revenue) OVER () AS total
      FROM by_customer WHERE revenue > 0
    WINDOW w AS (ORDER BY revenue DESC, customer_id)
)
SELECT place, held, heads, total,
       (SELECT sum((revenue / total) * (revenue / total)) FROM ranked)
  FROM ranked
 WHERE place = ANY (%s) OR place = heads OR place * %s / heads > (place - 1) * %s / heads
 ORDER BY place"""
_TOP = """
SELECT customer_id, revenue FROM by_customer WHERE revenue > 0
 ORDER BY revenue DESC, customer_id LIMIT %s"""
_LOSSES = """
SELECT customer_id, revenue, revenue - cost AS margin, count(*) OVER (), sum(revenue) OVER (),
       sum(revenue - cost) OVER ()
  FROM by_customer WHERE uncosted = 0 AND cost > revenue
 ORDER BY margin, customer_id LIMIT %s"""
_SWINGS = """, greatest_ones AS (
    SELECT * FROM by_customer WHERE revenue > 0 ORDER BY revenue DESC, customer_id LIMIT %s
)
SELECT customer_id, revenue,
       sqrt(greatest(squares / %s - (revenue / %s) ^ 2, 0)) / (revenue / %s) AS swing
  FROM greatest_ones ORDER BY swing DESC, customer_id LIMIT %s"""


@dataclass(frozen=True, slots=True)
class Line:
    """A customer in one of the lists; `figure` is a share, a margin or a variation."""

    customer: Customer
    revenue: Decimal
    figure: Decimal


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much hangs on few; `shares` by the number of customers at the top."""

    heads: int
    total: Decimal
    shares: dict[int, Decimal | None]
    index: Decimal | None  # Herfindahl-Hirschman: 10,000 is one customer alone
    chart: Chart
    top: list[Line]


@dataclass(frozen=True, slots=True)
class Losses:
    """Customers whose known cost is above their revenue."""

    customers: int
    revenue: Decimal
    margin: Decimal
    worst: list[Line]


def year_of(choice: Choice) -> Span:
    """The 12 months that are looked at."""
    return Span(choice.span.last - YEAR + 1, choice.span.last)


def concentration(user: User, choice: Choice) -> Concentration:
    """The revenue's dependence on the greatest customers."""
    marks = [*TOPS, LISTED]
    points = _rows(user, choice, _CURVE, marks, _POINTS, _POINTS)
    if not points:
        return Concentration(0, ZERO, dict.fromkeys(TOPS), None, _curve([], 0, ZERO), [])
    held = {place: amount for place, amount, *_others in points}
    heads, whole, squares = points[0][2:]
    shares = {top: rate(held.get(min(top, heads)), whole) for top in TOPS}
    top = _rows(user, choice, _TOP, LISTED)
    return Concentration(
        heads,
        whole,
        shares,
        squares * _HHI,
        _curve([(place, amount) for place, amount, *_others in points], heads, whole),
        _lines([(pk, revenue, revenue / whole) for pk, revenue in top]),
    )


def losses(user: User, choice: Choice) -> Losses:
    """Who costs more than they bring; of whose waybills any cost is unknown is not judged."""
    rows = _rows(user, choice, _LOSSES, LISTED)
    if not rows:
        return Losses(0, ZERO, ZERO, [])
    customers, revenue, margin = rows[0][3:]
    return Losses(customers, revenue, margin, _lines([row[:3] for row in rows]))


def swings(user: User, choice: Choice) -> list[Line]:
    """Of the greatest customers those whose months vary most: deviation / mean of 12 months."""
    return _lines(_rows(user, choice, _SWINGS, _GREATEST, YEAR, YEAR, YEAR, LISTED))


def _curve(points: list[tuple[int, Decimal]], heads: int, whole: Decimal) -> Chart:
    curve = [(Decimal(place) / heads, amount / whole) for place, amount in points]
    marks, sentences = [], []
    for top in TOPS:
        held = dict(points).get(top)
        if held is None:
            continue
        text = _("Top {n}: {share}%").format(n=top, share=percent(held / whole, 1))
        sentences.append(text)
        if top == TOPS[-1]:
            marks = [Mark(text, Decimal(top) / heads, held / whole, "large")]
    if curve:
        curve = [(Decimal(0), Decimal(0)), *curve]
    axes = (_("Share of customers"), _("Share of revenue"))
    summary = "; ".join(sentences) or _("Nobody has sent anything in these months.")
    return pareto("statistics-concentration", summary, axes, curve, marks)


def _rows(user: User, choice: Choice, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    money = Q(currency=choice.currency)
    rows = rollup_rows(user, choice, year_of(choice)).values("customer_id", "month")
    sums = {
        f"a_{name}": Sum(name, filter=money, default=0) for name in ("revenue", "cost", "uncosted")
    }
    try:
        text, values = rows.annotate(a_shipments=Sum("shipments"), **sums).query.sql_with_params()
    except EmptyResultSet:
        return []
    named = "customer_id, month, a_shipments AS shipments, a_revenue AS revenue"
    months = f"SELECT {named}, a_cost AS cost, a_uncosted AS uncosted FROM ({text}) AS r"  # noqa: S608  # text of this code; values are parameters
    asked = Asked(_BY_MONTH.replace("{rows}", months) + query, (*values, *parameters))
    with connection.cursor() as cursor:
        cursor.execute(asked.text, asked.parameters)
        return list(cursor.fetchall())


def _lines(rows: list[Any]) -> list[Line]:
    customers = Customer.objects.in_bulk([pk for pk, _revenue, _figure in rows])
    return [Line(customers[pk], revenue, Decimal(figure)) for pk, revenue, figure in rows]
