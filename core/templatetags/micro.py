"""Micro pictures: inline SVG without JavaScript, colours by class only (dark, print, strict CSP).

Without a label a picture only repeats the number beside it and is hidden from screen readers.
"""

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.charts.chart import Number
from core.rules import rounded
from core.templatetags.ui import bar_stack

register = template.Library()
_WIDTH, _HEIGHT = 84, 22


def _aria(label: str) -> SafeString:
    if not label:
        return SafeString('aria-hidden="true"')
    return format_html('role="img" aria-label="{}"', label)


def _short(value: Decimal) -> str:
    """At most two decimals, without zeros that say nothing."""
    return f"{rounded(value, 2):f}".rstrip("0").rstrip(".")


def _share(part: Number, whole: Number) -> Decimal:
    """part / whole in per cent, within 0 and 100; 0 of nothing."""
    if whole <= 0:
        return Decimal(0)
    return min(Decimal(100), max(Decimal(0), 100 * Decimal(part) / Decimal(whole)))


@register.simple_tag
def spark(values: Iterable[Number | None], tone: str = "accent", label: str = "") -> SafeString:
    """A small line of what is known, lowest at the bottom; nothing for fewer than two values."""
    known = [Decimal(value) for value in values if value is not None]
    if len(known) < 2:
        return SafeString("")
    low, step = min(known), Decimal(_WIDTH - 4) / (len(known) - 1)
    span = max(known) - low or Decimal(1)
    points = [
        (_short(2 + at * step), _short(_HEIGHT - 3 - (value - low) / span * (_HEIGHT - 6)))
        for at, value in enumerate(known)
    ]
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    last_x, last_y = points[-1]
    return format_html(
        '<svg class="spark t-{}" width="{}" height="{}" viewBox="0 0 {} {}" {}>'
        '<path class="sp-a" d="{}L{} {}L{} {}Z"/><path class="sp-l" d="{}"/>'
        '<circle class="sp-d" cx="{}" cy="{}" r="2"/></svg>',
        tone, _WIDTH, _HEIGHT, _WIDTH, _HEIGHT, _aria(label),
        path, last_x, _HEIGHT, points[0][0], _HEIGHT, path, last_x, last_y,
    )  # fmt: skip


@register.simple_tag
def meter(
    value: Number | None, limit: Number = 100, tone: str = "accent", label: str = ""
) -> SafeString:
    """How much of the limit is used, as a bar; nothing for an unknown value."""
    if value is None or value == "":
        return SafeString("")
    return format_html(
        '<svg class="meter t-{}" width="100%" height="6" {}><rect class="m-bg" width="100%" '
        'height="6" rx="3"/><rect class="m-fg" width="{}%" height="6" rx="3"/></svg>',
        tone, _aria(label), _short(_share(value, limit)),
    )  # fmt: skip


@register.simple_tag
def ring(value: Number | None, tone: str = "ok", label: str = "", size: int = 40) -> SafeString:
    """0 to 100 as a part of a ring with the number in it; a dash for none."""
    radius = Decimal(size - 4) / 2
    around = radius * 2 * Decimal("3.14159265")
    known = value is not None and value != ""
    part = _share(value, 100) if known and value is not None else Decimal(0)
    return format_html(
        '<svg class="ring t-{}" width="{}" height="{}" viewBox="0 0 {} {}" {}>'
        '<circle class="r-bg" cx="{}" cy="{}" r="{}" stroke-width="4"/>'
        '<circle class="r-fg" cx="{}" cy="{}" r="{}" stroke-width="4" stroke-dasharray="{} {}" '
        'transform="rotate(-90 {} {})"/><text x="50%" y="50%" dy=".35em" text-anchor="middle">{}'
        "</text></svg>",
        tone, size, size, size, size, _aria(label),
        *(_short(Decimal(size) / 2), _short(Decimal(size) / 2), _short(radius)) * 2,
        _short(around * part / 100), _short(around),
        _short(Decimal(size) / 2), _short(Decimal(size) / 2),
        value if known else "—",
    )  # fmt: skip


register.simple_tag(bar_stack)


@register.simple_tag
def forest(
    interval: tuple[Number | None, Number | None, Number | None],
    limits: tuple[Number, Number],
    reference: Number | None = None,
    tone: str = "accent",
) -> SafeString:
    """A row of a forest plot: (value, low, high) on a common axis; the numbers stand beside."""
    value, low, high = interval
    if value is None:
        return SafeString("")

    def place(number: Number) -> str:
        return _short(_share(number - limits[0], limits[1] - limits[0]))

    dashed = line = SafeString("")
    if reference is not None:
        x = place(reference)
        dashed = format_html('<line class="split" x1="{}%" x2="{}%" y1="0" y2="20"/>', x, x)
    if low is not None and high is not None:
        line = format_html(
            '<line class="fl" x1="{}%" x2="{}%" y1="10" y2="10"/>', place(low), place(high)
        )
    return format_html(
        '<svg class="forest t-{}" width="100%" height="20" aria-hidden="true">{}'
        '<line class="fz" x1="0" x2="100%" y1="10" y2="10"/>{}'
        '<circle cx="{}%" cy="10" r="4.5"/></svg>',
        tone, dashed, line, place(value),
    )  # fmt: skip
