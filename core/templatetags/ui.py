"""Leaf components of pages: small, without template look-up. All text is escaped."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.formats import NOTHING, money_compact, money_full, share_shown, signed
from core.rules import rounded

register = template.Library()
Number = Decimal | int
Missing = Literal[""] | None  # "" is what templates make of a part of nothing


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _nothing() -> SafeString:
    return format_html('<span class="muted">{}</span>', NOTHING)


@register.simple_tag
def icon(name: str, size: int = 16, classes: str = "") -> SafeString:
    """A Tabler icon of the sprite; decoration only, words stand beside it."""
    return format_html(
        '<svg class="i {}" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        classes, size, size, static("vendor/icons.svg"), name,
    )  # fmt: skip


def _tier_words(key: str) -> tuple[str, str]:
    """Glyph and word of a tier."""
    return {
        "large": (pgettext("glyph of the tier", "L"), pgettext("tier", "Large")),
        "medium": (pgettext("glyph of the tier", "M"), pgettext("tier", "Medium")),
        "small": (pgettext("glyph of the tier", "S"), pgettext("tier", "Small")),
        "potential": (pgettext("glyph of the tier", "P"), pgettext("tier", "Potential")),
        "risk": (pgettext("glyph of the tier", "R"), pgettext("tier", "At risk")),
    }[key]


@register.simple_tag
def tier(key: str, short: bool = False) -> SafeString:
    """The tier as a chip; `short` shows the glyph alone and keeps the word for screen readers."""
    if not key:
        return _nothing()
    glyph, word = _tier_words(key)
    if short:
        return format_html(
            '<span class="tier tier-{}" title="{}"><b aria-hidden="true">{}</b>'
            '<span class="sr">{}</span></span>',
            key, word, glyph, word,
        )  # fmt: skip
    return format_html(
        '<span class="tier tier-{}"><b aria-hidden="true">{}</b>{}</span>', key, glyph, word
    )


@register.simple_tag
def chip(tone: str, label: object, icon_name: str = "") -> SafeString:
    """A state on one line; tone: ok, warn, bad, accent or empty."""
    drawing = icon(icon_name, 14) if icon_name else ""
    return format_html('<span class="chip chip-{}">{}{}</span>', tone or "none", drawing, label)


@register.simple_tag
def money(amount: Number | Missing, currency: str = "", mode: str = "compact") -> SafeString:
    """An amount, compact with the full figure as title, or `mode="full"`; a dash for none."""
    if amount is None or amount == "":
        return _nothing()
    value, currency = Decimal(amount), currency or settings.COMPANY_CURRENCY
    full = money_full(value, currency)
    shown = full if mode == "full" else money_compact(value, currency, chinese=_chinese())
    return format_html('<data class="num" value="{}" title="{}">{}</data>', value, full, shown)


@register.simple_tag
def share(fraction: Decimal | Missing, places: int | None = 1) -> SafeString:
    """A fraction as per cent, a dash for none; `places` None: all that it has."""
    if fraction is None or fraction == "":
        return _nothing()
    return format_html('<span class="num">{}</span>', share_shown(fraction, places))


@register.simple_tag
def shares(fractions: Iterable[Decimal]) -> SafeString:
    """Fractions as per cent, whole, one after another."""
    return format_html_join(" · ", "{}", ((share(each, None),) for each in fractions))


@register.simple_tag
def delta(fraction: Decimal | Missing, good: str = "up", unit: str = "%") -> SafeString:
    """A change as signed per cent with an arrow; `good="down"` where less is better.

    `unit="pt"`: the difference of two shares, in points of per cent.
    """
    if fraction is None or fraction == "":
        return format_html('<span class="delta flat">{}</span>', NOTHING)
    value = fraction * 100
    rising = value > 0
    flat = abs(value) < Decimal("0.05")
    tone = "flat" if flat else "ok" if rising == (good == "up") else "bad"
    word = "" if flat else _("up") if rising else _("down")
    arrow = "" if flat else icon("trending-up" if rising else "trending-down", 14)
    return format_html(
        '<span class="delta {}"><span class="sr">{}</span>{}{}{}</span>',
        tone, word, arrow, signed(value), unit,
    )  # fmt: skip


@register.simple_tag
def day(value: dt.date | Missing, mode: str = "") -> SafeString:
    """A date with its year (a moment: its day in Shanghai), a dash for none.

    `mode="short"` leaves the year to the title: for tables that have no room.
    """
    if value is None or value == "":
        return _nothing()
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    full = value.isoformat() if _chinese() else formats.date_format(value, "j M Y")
    if mode != "short":
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), full)
    shown = formats.date_format(value, "m-d" if _chinese() else "j M")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, shown)


@register.simple_tag
def moment(value: dt.datetime | Missing) -> SafeString:
    """A date and a time to the minute in Shanghai, a dash for none."""
    if value is None or value == "":
        return _nothing()
    local = timezone.localtime(value)
    pattern = "Y-m-d H:i" if _chinese() else "j M Y, H:i"
    shown = formats.date_format(local, pattern)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), shown)


@register.simple_tag
def clock(value: dt.datetime) -> SafeString:
    """The time of day in Shanghai; the day stands above."""
    local = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), f"{local:%H:%M}")


@register.simple_tag
def quantity(value: Number | Missing, places: int = 0) -> SafeString:
    """A number with thousands separators, a dash for none."""
    if value is None or value == "":
        return _nothing()
    return format_html('<span class="num">{}</span>', f"{rounded(Decimal(value), places):,}")


def _initials(name: str) -> str:
    words = name.split()
    if not words:
        return "?"
    if ord(words[0][0]) > 0x2E7F:  # Chinese: the first character stands for the name
        return words[0][0]
    return "".join(word[0] for word in words[:2]).upper()


def _colour(name: str) -> int:
    return sum(map(ord, name)) % 8


@register.simple_tag
def avatar(name: str, size: str = "s") -> SafeString:
    """A person as initials in a disc; size s or m. The name must stand beside it."""
    name = str(name)
    return format_html(
        '<span class="av av-{} av{}" aria-hidden="true" title="{}">{}</span>',
        size, _colour(name), name, _initials(name),
    )  # fmt: skip


@register.simple_tag
def logo(name: str, size: str = "s") -> SafeString:
    """A customer as one letter in a square; size s, m or l."""
    name = str(name)
    return format_html(
        '<span class="lg lg-{} av{}" aria-hidden="true">{}</span>',
        size, _colour(name), _initials(name)[:1],
    )  # fmt: skip


@register.simple_tag
def bar_stack(parts: list[tuple[Number, str]], label: str) -> SafeString:
    """Parts (amount, tone) as one horizontal bar; `label` says the same in words."""
    positive = [(Decimal(amount), tone) for amount, tone in parts if amount > 0]
    total = sum((amount for amount, _tone in positive), Decimal(0))
    at, bars = Decimal(0), SafeString("")
    for amount, tone in positive:
        width = rounded(100 * amount / total, 2)
        bars += format_html('<rect class="f-{}" x="{}%" width="{}%" height="10"/>', tone, at, width)
        at += width
    return format_html(
        '<svg class="bar-stack" width="100%" height="10" role="img" aria-label="{}">{}</svg>',
        label, bars,
    )  # fmt: skip


_KEY_NAMES = {"mod": "⌘"}  # app.js says Ctrl where there is no Command


@register.simple_tag
def keys(text: str) -> SafeString:
    """Keys one types, `"g t"` or `"mod k"`, as key caps; nothing for no key."""
    if not text:
        return SafeString("")
    caps = format_html_join(
        "", "<kbd{}>{}</kbd>",
        (
            (SafeString(" data-mod") if key == "mod" else "", _KEY_NAMES.get(key, _cap(key)))
            for key in text.split()
        ),
    )  # fmt: skip
    return format_html('<span class="keys">{}</span>', caps)


def _cap(key: str) -> str:
    return key.upper() if len(key) == 1 else key


@register.simple_tag
def cell(column: Any, row: object) -> object:
    """What a column of a list shows for a row; text is escaped by the template."""
    return column.cell(row)


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form field's widget with our class; choices by tick box or radio keep their own look."""
    widget = field.field.widget
    plain = isinstance(widget, CheckboxInput | RadioSelect)
    return field.as_widget(attrs={} if plain else {"class": "in"})


@register.filter
def field_value(obj: object, name: str) -> object:
    """A field as people read it: the choice's label, the related object, or the value."""
    display = getattr(obj, f"get_{name}_display", None)
    return display() if display else getattr(obj, name)
