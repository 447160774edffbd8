"""From one state to another: widths are square roots, so that few are seen beside many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from core.charts.chart import COUNT, TEXT, Chart, Column, Option
from core.formats import MINUS


@dataclass(frozen=True, slots=True)
class Node:
    """A state on either side; `tone` is a colour token."""

    key: str
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Flow:
    """How many went from one state to another."""

    source: str
    target: str
    count: int


def flow(
    name: str,
    summary: str,
    columns: tuple[str, str, str],
    nodes: Sequence[Node],
    flows: Sequence[Flow],
) -> Chart:
    """Flows between the nodes; `columns` name before, after, count. Zeros are left out."""
    real = [one for one in flows if one.count > 0]
    by_key = {node.key: node for node in nodes}
    before, after = _totals(nodes, real, "source"), _totals(nodes, real, "target")
    option: Option = {
        "tooltip": {"trigger": "item", "formatter": "@flow"},
        "series": [
            {
                "type": "sankey",
                "left": 0,
                "right": 0,
                "top": 8,
                "bottom": 8,
                "nodeWidth": 8,
                "nodeGap": 12,
                "layoutIterations": 0,
                "draggable": False,
                "emphasis": {"focus": "adjacency"},
                "data": [*_side(nodes, before, None), *_side(nodes, after, before)],
                "links": [_link(one, by_key) for one in real],
            }
        ],
    }
    rows = tuple((by_key[one.source].label, by_key[one.target].label, one.count) for one in real)
    units = (TEXT, TEXT, COUNT)
    head = tuple(Column(label, unit) for label, unit in zip(columns, units, strict=True))
    return Chart(name, summary, option, head, rows)


def _totals(nodes: Sequence[Node], flows: Sequence[Flow], side: str) -> dict[str, int]:
    return {
        node.key: sum(one.count for one in flows if getattr(one, side) == node.key)
        for node in nodes
    }


def _side(
    nodes: Sequence[Node], totals: Mapping[str, int], before: Mapping[str, int] | None
) -> list[Option]:
    """The nodes of one side that anything flows through; the right side says the difference too."""
    side, place = ("<", "right") if before is None else (">", "left")
    drawn = []
    for node in nodes:
        total = totals[node.key]
        if not total:
            continue
        change = total - before[node.key] if before is not None else 0
        drawn.append(
            {
                "name": f"{side}{node.key}",
                "text": f"{node.label} {total:,}" + _change(change),
                "depth": 0 if before is None else 1,
                "itemStyle": {"color": f"var(--{node.tone})"},
                "label": {"position": place, "formatter": "@text"},
            }
        )
    return drawn


def _change(change: int) -> str:
    return f" ({'+' if change > 0 else MINUS}{abs(change):,})" if change else ""


def _link(one: Flow, nodes: Mapping[str, Node]) -> Option:
    moved = one.source != one.target
    return {
        "source": f"<{one.source}",
        "target": f">{one.target}",
        "value": round(sqrt(one.count), 3),
        "count": one.count,
        "text": f"{nodes[one.source].label} → {nodes[one.target].label}",
        "lineStyle": {
            "color": f"var(--{nodes[one.source].tone})",
            "opacity": 0.55 if moved else 0.16,
        },
    }
