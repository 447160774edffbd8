"""Charts: what is drawn is what stands in the table below, whatever the numbers are."""

import json
from decimal import Decimal
from math import isfinite

import pytest
from django.template import Context, Template
from django_cotton.compiler_regex import CottonCompiler
from hypothesis import given
from hypothesis import strategies as st

from core.charts import (
    COUNT,
    NUMBER,
    PERCENT,
    POINTS,
    Axis,
    Band,
    Bubble,
    Chart,
    Column,
    Flow,
    Mark,
    Node,
    Quadrants,
    Series,
    Spoke,
    Target,
    amount_in,
    bars,
    bubble,
    flow,
    line,
    pareto,
    radar,
)

YUAN = amount_in("CNY")
numbers = st.decimals(-(10**12), 10**12, places=2) | st.integers(-(10**9), 10**9)
values = st.lists(st.none() | numbers, max_size=40)


def months(values: list) -> list[str]:
    return [f"month {at}" for at in range(len(values))]


def drawn_numbers(chart: Chart) -> list[float]:
    """Every number in the option as it travels."""
    found: list[float] = []
    json.loads(chart.json, parse_float=found.append, parse_constant=lambda name: 1 / 0)
    return [float(number) for number in found]


def cells(chart: Chart, column: int) -> list:
    """One column of the table."""
    return [row[column] for row in chart.rows]


def same(drawn: list, table: list) -> bool:
    """Whether the numbers drawn are those of the table, to the cent."""
    return [None if d is None else Decimal(str(d)) for d in drawn] == table


@given(values, values)
def test_lines_draw_the_numbers_of_their_table(now, before):
    size = min(len(now), len(before))
    now, before = now[:size], before[:size]
    chart = line(
        "trend",
        "Revenue",
        Axis("Month", months(now), YUAN),
        [Series("this year", now), Series("last year", before, "text3", "dashed")],
    )
    assert all(isfinite(number) for number in drawn_numbers(chart))
    assert same(chart.option["series"][0]["data"], cells(chart, 1))
    assert same(chart.option["series"][1]["data"], cells(chart, 2))
    assert chart.option["xAxis"]["data"] == cells(chart, 0)
    assert chart.is_empty == all(value is None for value in now + before)


@given(values)
def test_bars_draw_the_numbers_of_their_table(found):
    axis = Axis("Month", months(found), COUNT)
    for horizontal in (False, True):
        chart = bars("b", "B", axis, [Series("large", found, "large")], horizontal=horizontal)
        assert same(chart.option["series"][0]["data"], cells(chart, 1))
        assert chart.option["series"][0]["color"] == "var(--large)"
        labels = chart.option["yAxis" if horizontal else "xAxis"]["data"]
        assert labels == cells(chart, 0)


@given(st.lists(st.tuples(numbers, numbers.map(abs)), max_size=20))
def test_a_band_lies_between_its_two_columns(found):
    middle = [value for value, _width in found]
    low, high = [v - w for v, w in found], [v + w for v, w in found]
    chart = line(
        "nps",
        "NPS",
        Axis("Quarter", months(found), POINTS, (-100, 100)),
        [Series("NPS", middle)],
        band=Band("95 %", low, high),
        target=Target("target", 50),
    )
    below, span, _line = chart.option["series"]
    assert same(below["data"], cells(chart, 2))
    assert cells(chart, 3) == high
    tops = [d + s for d, s in zip(below["data"], span["data"], strict=True)]
    assert tops == pytest.approx([float(value) for value in high], abs=0.01)
    assert [column.label for column in chart.head] == ["Quarter", "NPS", "95 % ↓", "95 % ↑"]
    assert chart.option["tooltip"]["band"] == "95 %"
    assert chart.option["yAxis"]["min"] == -100
    assert chart.option["yAxis"]["interval"] == 50


@given(st.lists(st.decimals(0, 1, places=4), max_size=60))
def test_a_pareto_curve_goes_through_the_points_of_its_table(shares):
    points = list(zip(sorted(shares), sorted(shares), strict=True))
    marks = [Mark("top 5 %", Decimal("0.05"), Decimal("0.796"), "large")] if points else []
    chart = pareto("p", "P", ("customers", "value"), points, marks)
    assert chart.is_empty == (not points)
    if points:
        _equality, curve, dots = chart.option["series"]
        assert [[Decimal(str(v)) for v in point] for point in curve["data"]] == [
            list(row) for row in chart.rows
        ]
        assert dots["data"][0]["value"] == [0.05, 0.796]
    assert all(isfinite(number) for number in drawn_numbers(chart))


TIERS = [Node(key, key.title(), key) for key in ("large", "medium", "small", "risk")]
tiers = st.sampled_from([node.key for node in TIERS])


@given(st.dictionaries(st.tuples(tiers, tiers), st.integers(0, 10**7)))
def test_a_flow_keeps_its_counts_and_draws_square_roots(counts):
    flows = [Flow(source, target, count) for (source, target), count in counts.items()]
    chart = flow("f", "F", ("Before", "Now", "Customers"), TIERS, flows)
    sankey = chart.option["series"][0]
    assert sum(cells(chart, 2)) == sum(counts.values())
    assert [link["count"] for link in sankey["links"]] == cells(chart, 2)
    assert all(
        link["value"] ** 2 == pytest.approx(link["count"], rel=0.01) for link in sankey["links"]
    )
    ends = {link[side] for link in sankey["links"] for side in ("source", "target")}
    assert {node["name"] for node in sankey["data"]} == ends


def test_a_flow_says_what_each_side_has_and_the_change():
    flows = [Flow("large", "large", 160), Flow("large", "risk", 14), Flow("risk", "large", 10)]
    chart = flow("f", "F", ("Before", "Now", "Customers"), TIERS, flows)
    assert [node["text"] for node in chart.option["series"][0]["data"]] == [
        "Large 174",
        "Risk 10",
        "Large 170 (−4)",
        "Risk 14 (+4)",
    ]


def portfolio(bubbles: list[Bubble]) -> Chart:
    columns = (
        Column("Customer"),
        Column("Current", NUMBER),
        Column("Potential", NUMBER),
        Column("Revenue", YUAN),
    )
    words = Quadrants("develop", "invest", "maintain", "keep")
    return bubble("portfolio", "Portfolio", columns, bubbles, quadrants=words)


@given(st.lists(st.tuples(numbers, numbers, numbers), max_size=30))
def test_a_portfolio_draws_the_numbers_of_its_table(found):
    chart = portfolio([Bubble(f"c{at}", x, y, area) for at, (x, y, area) in enumerate(found)])
    data = chart.option["series"][0]["data"]
    told = [one.get("told", one["value"]) for one in data]
    assert [[Decimal(str(v)) for v in numbers] for numbers in told] == [
        list(row[1:]) for row in chart.rows
    ]
    assert all(8 <= one["symbolSize"] <= 44 for one in data)


def test_a_bubble_beyond_the_limits_is_drawn_at_the_edge_and_told_as_it_is():
    chart = portfolio(
        [Bubble("far", 50, 340, 3), Bubble("new", 50, None, 2), Bubble("in", 5, 6, 1)]
    )
    far, new, inside = chart.option["series"][0]["data"]
    assert (far["value"], far["told"]) == ([50, 100, 3], [50, 340, 3])
    assert (new["value"], new["told"]) == ([50, 100, 2], [50, None, 2])
    assert "told" not in inside
    assert [row[2] for row in chart.rows] == [340, None, 6]


def test_the_area_of_a_bubble_is_in_proportion_and_it_leads_to_its_customer():
    chart = portfolio([Bubble("small", 1, 1, 25), Bubble("big", 2, 2, 100, link="/customers/7/")])
    big, small = chart.option["series"][0]["data"]
    assert (big["symbolSize"], small["symbolSize"]) == (44, 22)
    assert big["link"] == "/customers/7/"
    assert chart.links == ("/customers/7/", "")


def test_a_dimension_without_an_expectation_stands_in_the_table_only():
    spokes = [
        Spoke("reliability", (Decimal("3.8"), Decimal("4.5"))),
        Spoke("empathy", (Decimal("4.0"), None)),
    ]
    chart = radar("r", "R", ("dimension", "score", "expected"), spokes, limits=(1, 7))
    assert [spoke["name"] for spoke in chart.option["radar"]["indicator"]] == ["reliability"]
    assert [one["value"] for one in chart.option["series"][0]["data"]] == [[3.8], [4.5]]
    assert chart.rows[1] == ("empathy", Decimal("4.0"), None)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="cannot be drawn"):
        line("x", "x", Axis("x", ["a"]), [Series("x", [Decimal(value)])])


def show(chart: Chart) -> str:
    page = '<c-chart :chart="chart" size="l">No shipments yet.</c-chart>'
    return Template(CottonCompiler().process(page)).render(Context({"chart": chart}))


def test_a_page_shows_the_sentence_the_picture_and_the_table():
    chart = line(
        "trend",
        "Revenue rose <to> 1.28M",
        Axis("Month", ["2026-01", "2026-02"], YUAN),
        [Series("Revenue", [Decimal("1284300.50"), None])],
    )
    html = show(chart)
    assert 'aria-label="Revenue rose &lt;to&gt; 1.28M"' in html
    assert 'class="chart-l"' in html
    assert "&quot;data&quot;:[1284300.5,null]" in html
    assert '<th scope="row">2026-01</th><td class="r">¥1,284,300.50</td>' in html
    assert '<th scope="row">2026-02</th><td class="r">—</td>' in html


def test_nothing_to_draw_says_so_instead():
    html = show(line("trend", "Revenue", Axis("Month", ["2026-01"]), [Series("Revenue", [None])]))
    assert "No shipments yet." in html
    assert "chart-view" not in html


def test_a_row_leads_to_its_customer():
    html = show(portfolio([Bubble("Yunshan", 74, 24, 100, link="/customers/7/")]))
    assert '<a href="/customers/7/">Yunshan</a>' in html


@pytest.mark.parametrize(
    ("unit", "value", "full", "compact"),
    [
        (COUNT, 12345, "12,345", "12k"),
        (NUMBER, Decimal("3.005"), "3.01", "3.01"),
        (PERCENT, Decimal("0.7955"), "79.6%", "79.6%"),
        (POINTS, Decimal("-12.04"), "−12.0", "−12.0"),
        (POINTS, 0, "0.0", "0.0"),
        (YUAN, Decimal("1284300.5"), "¥1,284,300.50", "¥1.28M"),
        (YUAN, None, "—", "—"),
    ],
)
def test_units_write_figures_as_everywhere(unit, value, full, compact):
    assert unit.write(value) == full
    assert unit.write(value, compact=True) == compact
