"""The leaf components of pages."""

import datetime as dt
from decimal import Decimal

import pytest
from django.forms import BooleanField, CharField, Form
from django.template import Context, Template
from django.utils.translation import override

from core.templatetags import ui


def test_a_tier_says_its_word_also_when_it_is_short():
    with override("en"):
        assert ui.tier("large") == (
            '<span class="tier tier-large"><b aria-hidden="true">L</b>Large</span>'
        )
        assert '<span class="sr">At risk</span>' in ui.tier("risk", short=True)


def test_what_is_missing_is_a_dash():
    nothing = '<span class="muted">—</span>'
    assert ui.tier("") == ui.money(None) == ui.share(None) == ui.day(None) == nothing
    assert ui.money("") == ui.quantity(None) == ui.moment(None) == nothing
    assert "—" in ui.delta(None)


def test_money_keeps_the_whole_amount_at_hand():
    with override("en"):
        assert ui.money(Decimal("1284300.50")) == (
            '<data class="num" value="1284300.50" title="¥1,284,300.50">¥1.28M</data>'
        )
        assert "$1,284,300.50</data>" in ui.money(Decimal("1284300.5"), "USD", "full")
    with override("zh-hans"):
        assert "¥128.4万</data>" in ui.money(Decimal("1284300.50"))


@pytest.mark.parametrize(
    ("fraction", "good", "tone", "text"),
    [
        ("0.142", "up", "ok", "+14.2%"),
        ("-0.064", "up", "bad", "−6.4%"),
        ("-0.064", "down", "ok", "−6.4%"),
        ("0.0004", "up", "flat", "0.0%"),
    ],
)
def test_a_change_has_colour_by_what_is_good(fraction: str, good: str, tone: str, text: str):
    shown = ui.delta(Decimal(fraction), good)
    assert f'class="delta {tone}"' in shown
    assert text in shown


def test_dates_read_as_in_each_language():
    late = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)  # already the next day in Shanghai
    with override("en"):
        assert ">24 Nov 2026<" in ui.day(dt.date(2026, 11, 24))
        assert ">25 Nov 2026, 07:30<" in ui.moment(late)
        assert ">25 Nov 2026<" in ui.day(late)
        assert ">24 Nov<" in ui.day(dt.date(2026, 11, 24), "short")
    with override("zh-hans"):
        assert ">2026-11-24<" in ui.day(dt.date(2026, 11, 24))
        assert ">2026-11-25 07:30<" in ui.moment(late)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("林晓", "林"), ("Lin Xiao", "LX"), ("bob", "B"), ("", "?"), ("  ", "?")],
)
def test_a_person_is_known_by_initials(name: str, initials: str):
    assert f">{initials}</span>" in ui.avatar(name)


def test_nothing_that_people_typed_becomes_markup():
    evil = '<img src=x onerror="alert(1)">'
    for shown in (ui.avatar(evil), ui.logo(evil), ui.chip("ok", evil), ui.bar_stack([], evil)):
        assert "<img" not in shown


def test_a_bar_shows_positive_parts_in_proportion():
    shown = ui.bar_stack([(Decimal(300), "accent"), (Decimal(100), "c1"), (Decimal(-5), "c2")], "x")
    assert 'class="f-accent" x="0%" width="75.00%"' in shown
    assert 'class="f-c1" x="75.00%" width="25.00%"' in shown
    assert "f-c2" not in shown


class _Form(Form):
    name = CharField(help_text="as in the licence")
    note = CharField(required=False)
    sure = BooleanField(required=False)


def test_a_field_carries_its_error_and_hint_for_everyone():
    html = Template("{{ form.name.as_field_group }}").render(Context({"form": _Form({})}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'class="in"' in html


def test_optional_fields_say_so_and_required_ones_do_not():
    page = Template("{% for field in form %}{{ field.as_field_group }}|{% endfor %}")
    name, note, sure, _ = page.render(Context({"form": _Form()})).split("|")
    assert "optional" in note
    assert "optional" not in name
    assert "optional" not in sure
