"""Values over labels: lines (trend, this year and last, interval) and bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.charts.chart import COUNT, Chart, Column, Number, Option, Unit, plain, plain_all

Values = Sequence[Number | None]
_ROOM = {"left": 8, "right": 16, "top": 16, "bottom": 4, "containLabel": True}
_PARTS = 4  # of the value axis
_MANY = 24  # from so many labels on, the wheel and two fingers zoom


@dataclass(frozen=True, slots=True)
class Axis:
    """What the values stand over: its word, its labels; the values' unit and limits if not free."""

    label: str
    labels: Sequence[str]
    unit: Unit = COUNT
    limits: tuple[Number, Number] | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one set of bars; `tone` is a colour token."""

    name: str
    values: Values
    tone: str = "series"
    style: Literal["line", "area", "dashed"] = "line"


@dataclass(frozen=True, slots=True)
class Band:
    """The interval around the first line."""

    name: str
    low: Values
    high: Values


@dataclass(frozen=True, slots=True)
class Target:
    """A level across the chart, with its word."""

    name: str
    value: Number


def line(
    name: str,
    summary: str,
    axis: Axis,
    series: Sequence[Series],
    *,
    band: Band | None = None,
    target: Target | None = None,
) -> Chart:
    """Lines over the labels of `axis`."""
    option = _frame(axis, series)
    option["xAxis"]["boundaryGap"] = False
    option["series"] = [*_band(band), *(_line(one, len(axis.labels)) for one in series)]
    if band is not None:
        option["tooltip"]["band"] = band.name
    if target is not None:
        option["series"][-1]["markLine"] = _level(target)
    return Chart(name, summary, option, *_table(axis, series, band))


def bars(
    name: str,
    summary: str,
    axis: Axis,
    series: Sequence[Series],
    *,
    stacked: bool = True,
    horizontal: bool = False,
) -> Chart:
    """Bars over the labels; dashed series are a line over them. Horizontal: first label on top."""
    option = _frame(axis, series)
    if horizontal:
        option["xAxis"], option["yAxis"] = option["yAxis"], option["xAxis"] | {"inverse": True}
        option["xAxis"]["axisLabel"]["hideOverlap"] = True
    option["tooltip"]["axisPointer"] = {"type": "shadow"}
    option["series"] = [
        _line(one, len(axis.labels)) if one.style == "dashed" else _bar(one, stacked=stacked)
        for one in series
    ]
    return Chart(name, summary, option, *_table(axis, series, None))


def _frame(axis: Axis, series: Sequence[Series]) -> Option:
    labels, unit = list(axis.labels), axis.unit
    option: Option = {
        "grid": _ROOM | {"top": 36 if len(series) > 1 else 16},
        "tooltip": {"trigger": "axis", "formatter": "@axis", "units": [unit.mark]},
        "xAxis": {"type": "category", "data": labels, "axisLabel": {"hideOverlap": True}},
        "yAxis": {"type": "value", "axisLabel": {"formatter": unit.mark}, "splitNumber": _PARTS},
    }
    if axis.limits is not None:
        low, high = axis.limits
        step = Decimal(high - low) / _PARTS
        option["yAxis"] |= {"min": plain(low), "max": plain(high), "interval": plain(step)}
    if len(series) > 1:
        option["legend"] = {"top": 0, "left": 0, "data": [one.name for one in series]}
    if len(labels) >= _MANY:
        option["dataZoom"] = [{"type": "inside", "zoomOnMouseWheel": "ctrl"}]
    return option


def _line(one: Series, labels: int) -> Option:
    colour = f"var(--{one.tone})"
    drawn: Option = {
        "type": "line",
        "name": one.name,
        "data": plain_all(one.values),
        "color": colour,
        "lineStyle": {"width": 2, "type": "dashed" if one.style == "dashed" else "solid"},
        "symbol": "circle",
        "symbolSize": 5,
        "showSymbol": labels <= _MANY and one.style != "dashed",
    }
    if one.style == "area":
        drawn["areaStyle"] = {"color": colour, "opacity": 0.1}
    return drawn


def _bar(one: Series, *, stacked: bool) -> Option:
    drawn: Option = {
        "type": "bar",
        "name": one.name,
        "data": plain_all(one.values),
        "color": f"var(--{one.tone})",
        "barMaxWidth": 28,
        "itemStyle": {"borderRadius": 2},
    }
    return drawn | {"stack": "all"} if stacked else drawn


def _band(band: Band | None) -> list[Option]:
    """Two invisible lines on each other; the upper one's area is the band."""
    if band is None:
        return []
    pairs = list(zip(band.low, band.high, strict=True))
    spans = [None if low is None or high is None else high - low for low, high in pairs]
    common = {
        "type": "line",
        "stack": "band",
        "stackStrategy": "all",
        "symbol": "none",
        "silent": True,
        "lineStyle": {"opacity": 0},
        "hidden": True,
    }
    return [
        common | {"data": plain_all(band.low)},
        common
        | {"data": plain_all(spans), "areaStyle": {"color": "var(--series)", "opacity": 0.14}},
    ]


def _level(target: Target) -> Option:
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "var(--ok)", "type": "dashed"},
        "label": {"formatter": "@name", "position": "insideEndTop", "color": "var(--ok-t)"},
        "data": [{"name": target.name, "yAxis": plain(target.value)}],
    }


def _table(
    axis: Axis, series: Sequence[Series], band: Band | None
) -> tuple[tuple[Column, ...], tuple[tuple[Number | str | None, ...], ...]]:
    columns = [(one.name, one.values) for one in series]
    if band is not None:
        columns += [(f"{band.name} ↓", band.low), (f"{band.name} ↑", band.high)]
    head = (Column(axis.label), *(Column(name, axis.unit) for name, _values in columns))
    return head, tuple(zip(axis.labels, *(values for _name, values in columns), strict=True))
