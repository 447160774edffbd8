"""What the chart component needs beside the chart itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.charts import Chart, Column

ENGINE = "vendor/echarts-6.1.0.min.js"

register = template.Library()


@register.simple_tag
def chart_scripts() -> SafeString:
    """The addresses app.js loads when the first chart comes near the view, as attributes."""
    return format_html('data-module="{}" data-engine="{}"', static("js/charts.js"), static(ENGINE))


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of the table below a chart, written in full."""

    text: str
    is_numeric: bool
    link: str = ""


@register.filter
def is_numeric(column: Column) -> bool:
    """Whether the column stands on the right."""
    return column.unit.kind != "text"


@register.filter
def table_rows(chart: Chart) -> Iterator[list[TableCell]]:
    """The rows of the table; the first cell of a row leads to the row's address if it has one."""
    chinese = (get_language() or "").startswith("zh")
    for row, link in zip(chart.rows, chart.links or [""] * len(chart.rows), strict=True):
        yield [
            TableCell(
                column.unit.write(value, chinese=chinese), is_numeric(column), "" if at else link
            )
            for at, (column, value) in enumerate(zip(chart.head, row, strict=True))
        ]
