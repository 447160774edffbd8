"""Pictures of two dimensions: the Pareto curve and the portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.charts.chart import PERCENT, Chart, Column, Number, Option, plain

Point = tuple[Decimal, Decimal]
_LEAST, _MOST = 8, 44  # diameters of bubbles


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the curve worth a sentence."""

    text: str
    x: Decimal
    y: Decimal
    tone: str = "series"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One thing by two measures; its area is the third. `tone` is a colour token.

    A `y` beyond the limits is drawn at the edge, none at the upper one; both are told as they are.
    """

    name: str
    x: Number
    y: Number | None
    area: Number
    tone: str = "medium"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Quadrants:
    """The words of the four fields and where they meet."""

    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str
    x: Number = 50
    y: Number = 50


def pareto(
    name: str,
    summary: str,
    axes: tuple[str, str],
    points: Sequence[Point],
    marks: Sequence[Mark] = (),
) -> Chart:
    """Share of heads against share of value, both fractions in rising order; equality is dashed."""
    curve: Option = {
        "type": "line",
        "name": axes[1],
        "data": [[plain(x), plain(y)] for x, y in points],
        "color": "var(--series)",
        "symbol": "none",
        "lineStyle": {"width": 2},
        "areaStyle": {"color": "var(--series)", "opacity": 0.1},
        "markLine": _drops(marks),
    }
    equality: Option = {
        "type": "line",
        "data": [[0, 0], [1, 1]],
        "symbol": "none",
        "silent": True,
        "hidden": True,
        "lineStyle": {"width": 1, "type": "dashed", "color": "var(--text3)"},
    }
    option: Option = {
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 26, "containLabel": True},
        "tooltip": {"trigger": "axis", "formatter": "@pair", "units": [PERCENT.mark] * 2},
        "xAxis": _share_axis() | {"name": axes[0], "nameLocation": "middle", "nameGap": 26},
        "yAxis": _share_axis(),
        "series": [equality, curve, _marked(marks)],
    }
    if not points:
        option["series"] = []
    head = tuple(Column(label, PERCENT) for label in axes)
    return Chart(name, summary, option, head, tuple(points))


def _share_axis() -> Option:
    return {
        "type": "value",
        "min": 0,
        "max": 1,
        "interval": 0.25,
        "axisLabel": {"formatter": "@percent:0", "hideOverlap": True},
    }


def _drops(marks: Sequence[Mark]) -> Option:
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "var(--axis)", "type": "dashed"},
        "data": [
            [{"coord": [plain(mark.x), 0]}, {"coord": [plain(mark.x), plain(mark.y)]}]
            for mark in marks
        ],
    }


def _marked(marks: Sequence[Mark]) -> Option:
    return {
        "type": "scatter",
        "silent": True,
        "hidden": True,
        "symbolSize": 9,
        "data": [
            {
                "name": mark.text,
                "value": [plain(mark.x), plain(mark.y)],
                "itemStyle": {"color": f"var(--{mark.tone})"},
            }
            for mark in marks
        ],
        "label": {
            "show": True,
            "formatter": "@name",
            "position": "right",
            "offset": [4, 14],
            "color": "var(--text)",
            "fontWeight": 600,
        },
    }


def bubble(
    name: str,
    summary: str,
    columns: tuple[Column, Column, Column, Column],
    bubbles: Sequence[Bubble],
    *,
    quadrants: Quadrants | None = None,
    limits: tuple[tuple[Number, Number], tuple[Number, Number]] = ((0, 100), (0, 100)),
) -> Chart:
    """A portfolio; `columns` name the thing, x, y and the area. Not positive areas are smallest."""
    most = max((one.area for one in bubbles), default=0)
    ordered = sorted(bubbles, key=lambda one: -one.area)  # small ones lie on top
    series: Option = {
        "type": "scatter",
        "dimensions": [column.label for column in columns[1:]],
        "units": [column.unit.mark for column in columns[1:]],
        "data": [_bubble(one, most, limits[1]) for one in ordered],
        "itemStyle": {"opacity": 0.75, "borderColor": "var(--surface)"},
        "label": {"show": True, "formatter": "@name", "position": "top", "color": "var(--text2)"},
        "labelLayout": {"hideOverlap": True},
        "emphasis": {"scale": False},
    }
    if quadrants is not None:
        series["markLine"], series["markArea"] = _cross(quadrants), _fields(quadrants, limits)
    option: Option = {
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 26, "containLabel": True},
        "tooltip": {"trigger": "item", "formatter": "@point"},
        "xAxis": _measure(columns[1], limits[0])
        | {"nameLocation": "middle", "nameGap": 26, "name": columns[1].label},
        "yAxis": _measure(columns[2], limits[1]),
        "series": [series],
    }
    rows = tuple((one.name, one.x, one.y, one.area) for one in ordered)
    links = tuple(one.link for one in ordered)
    return Chart(name, summary, option, columns, rows, links if any(links) else ())


def _bubble(one: Bubble, most: Number, limits: tuple[Number, Number]) -> Option:
    """Its area is in proportion, so its diameter to the square root."""
    share = max(Decimal(one.area), Decimal(0)) / most if most > 0 else Decimal(0)
    y = limits[1] if one.y is None else min(max(one.y, limits[0]), limits[1])
    drawn: Option = {
        "name": one.name,
        "value": [plain(one.x), plain(y), plain(one.area)],
        "symbolSize": round(max(_LEAST, _MOST * float(share.sqrt())), 1),
        "itemStyle": {"color": f"var(--{one.tone})"},
    }
    if y != one.y:
        drawn["told"] = [plain(one.x), plain(one.y), plain(one.area)]
    return drawn | {"link": one.link} if one.link else drawn


def _measure(column: Column, limits: tuple[Number, Number]) -> Option:
    return {
        "type": "value",
        "min": plain(limits[0]),
        "max": plain(limits[1]),
        "splitLine": {"show": False},
        "axisLabel": {"formatter": column.unit.mark, "hideOverlap": True},
    }


def _cross(quadrants: Quadrants) -> Option:
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": "var(--axis)", "type": "dashed"},
        "data": [{"xAxis": plain(quadrants.x)}, {"yAxis": plain(quadrants.y)}],
    }


def _fields(
    quadrants: Quadrants, limits: tuple[tuple[Number, Number], tuple[Number, Number]]
) -> Option:
    (left, right), (low, high) = limits
    across, up = quadrants.x, quadrants.y
    fields = (
        (quadrants.top_left, (left, up), (across, high), "insideTopLeft"),
        (quadrants.top_right, (across, up), (right, high), "insideTopRight"),
        (quadrants.bottom_left, (left, low), (across, up), "insideBottomLeft"),
        (quadrants.bottom_right, (across, low), (right, up), "insideBottomRight"),
    )
    return {
        "silent": True,
        "itemStyle": {"color": "var(--plot)"},
        "data": [
            [
                {"name": word, "coord": [plain(a[0]), plain(a[1])], "label": {"position": place}},
                {"coord": [plain(b[0]), plain(b[1])]},
            ]
            for word, a, b, place in fields
        ],
        "label": {"color": "var(--text3)", "fontWeight": 500},
    }
