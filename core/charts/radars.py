"""A few dimensions of one thing against each other: score and expectation."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.charts.chart import NUMBER, TEXT, Chart, Column, Number, Option, Unit, plain_all


@dataclass(frozen=True, slots=True)
class Spoke:
    """One dimension with the value of each series there."""

    label: str
    values: tuple[Number | None, ...]


def radar(
    name: str,
    summary: str,
    columns: tuple[str, ...],
    spokes: Sequence[Spoke],
    *,
    limits: tuple[int, int],
    unit: Unit = NUMBER,
) -> Chart:
    """`columns` name the dimension and the series: the first is drawn full, the others dashed.

    A dimension that a series does not have stands in the table only: there is no place for it.
    """
    whole = [spoke for spoke in spokes if None not in spoke.values]
    option: Option = {
        "legend": {"top": 0, "left": 0, "data": list(columns[1:])},
        "tooltip": {"trigger": "item", "formatter": "@spokes", "units": [unit.mark]},
        "radar": {
            "indicator": [
                {"name": spoke.label, "min": limits[0], "max": limits[1]} for spoke in whole
            ],
            "radius": "58%",
            "center": ["50%", "56%"],
            "splitNumber": limits[1] - limits[0],
        },
        "series": [
            {
                "type": "radar",
                "symbolSize": 5,
                "data": [
                    _polygon(label, place, [spoke.values[place] for spoke in whole])
                    for place, label in enumerate(columns[1:])
                ],
            }
        ],
    }
    head = (Column(columns[0], TEXT), *(Column(label, unit) for label in columns[1:]))
    rows = tuple((spoke.label, *spoke.values) for spoke in spokes)
    return Chart(name, summary, option, head, rows)


def _polygon(label: str, place: int, values: Sequence[Number | None]) -> Option:
    first = place == 0
    colour = "var(--series)" if first else "var(--text3)"
    return {
        "name": label,
        "value": plain_all(values),
        "itemStyle": {"color": colour},
        "symbol": "circle" if first else "none",
        "lineStyle": {"color": colour, "width": 2, "type": "solid" if first else "dashed"},
        "areaStyle": {"color": colour, "opacity": 0.14 if first else 0},
    }
