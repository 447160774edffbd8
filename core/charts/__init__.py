"""Charts people explore: pure functions from numbers to a picture and the table below it.

Nothing here knows the language, the user or the database: callers pass words and exact numbers.
`templates/cotton/chart.html` shows a Chart, `static/js/charts.js` draws it.
"""

from core.charts.chart import (
    COUNT,
    NUMBER,
    PERCENT,
    POINTS,
    TEXT,
    Cell,
    Chart,
    Column,
    Unit,
    amount_in,
)
from core.charts.flows import Flow, Node, flow
from core.charts.lines import Axis, Band, Series, Target, bars, line
from core.charts.points import Bubble, Mark, Quadrants, bubble, pareto
from core.charts.radars import Spoke, radar

__all__ = [
    "COUNT",
    "NUMBER",
    "PERCENT",
    "POINTS",
    "TEXT",
    "Axis",
    "Band",
    "Bubble",
    "Cell",
    "Chart",
    "Column",
    "Flow",
    "Mark",
    "Node",
    "Quadrants",
    "Series",
    "Spoke",
    "Target",
    "Unit",
    "amount_in",
    "bars",
    "bubble",
    "flow",
    "line",
    "pareto",
    "radar",
]
