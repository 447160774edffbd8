"""Charts in a real browser: drawn when they come near, in the colours in force, switched, saved."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from segmentation.tests.test_views import FIRST, LARGE, MEDIUM, SECOND, earn, night
from surveys.jobs import write_scores
from surveys.tests.make import HEADER, import_answers
from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHAPES = "view => view.shadowRoot ? view.shadowRoot.querySelectorAll('svg path').length : 0"
COLOURS = (
    "view => [...view.shadowRoot.querySelectorAll('[stroke]')].map(e => e.getAttribute('stroke'))"
)
SERIES = {"light": "#2f54d0", "dark": "#7590ff"}


@pytest.fixture
def results(cast: Cast, tmp_path: Path) -> Cast:
    """Two nights between which a customer became large; a survey of two measures."""
    earn(cast.acme, MEDIUM)
    earn(cast.bolt, 10)
    lines = [
        f"R{n},S,ACME,user,2026-03-01 12:00,{question},{value},"
        for n in range(8)
        for question, value in (("nps", n + 3), ("csat5", 4))
    ]
    import_answers(tmp_path, *lines, header=HEADER)
    night(FIRST)
    earn(cast.acme, LARGE, "2026-03-30")
    write_scores(SECOND, night(SECOND).pk)
    return cast


def enter(visitor: Visitor, path: str) -> Page:
    """Sign in as the head of the group and go there."""
    visitor.open("/sign-in/")
    visitor.page.fill("[name=username]", "greta")
    visitor.page.fill("[name=password]", "correct horse battery")
    visitor.page.click("button.btn-p")
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    visitor.open(path)
    return visitor.page


def shapes(page: Page, number: int = 0) -> int:
    """How many shapes a chart has once it is drawn."""
    view = page.locator("chart-view").nth(number)
    view.scroll_into_view_if_needed()
    page.wait_for_function(
        f"n => ({SHAPES})(document.querySelectorAll('chart-view')[n]) > 3", arg=number
    )
    return int(view.evaluate(SHAPES))


def test_charts_are_drawn_in_the_colours_in_force(results: Cast, visit):
    visitor: Visitor = visit()
    page = enter(visitor, "/segmentation/")
    assert shapes(page, 0) > 3
    assert shapes(page, 1) > 3
    curve = page.locator("chart-view").first
    assert SERIES["light"] in curve.evaluate(COLOURS)
    page.locator("[data-theme-form] button:visible").first.click()
    page.wait_for_function(
        f"({COLOURS})(document.querySelector('chart-view')).includes('{SERIES['dark']}')"
    )
    assert SERIES["light"] not in curve.evaluate(COLOURS)
    assert visitor.complaints == []


def test_values_are_shown_on_hover_and_the_picture_can_be_saved(results: Cast, visit):
    visitor: Visitor = visit()
    page = enter(visitor, "/segmentation/")
    shapes(page)
    box = page.locator("chart-view").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 120)
    page.wait_for_function(
        "document.querySelector('chart-view').shadowRoot.textContent.includes('→')"
    )
    with page.expect_download() as download:
        page.locator("[data-chart-save]").first.click()
    assert download.value.suggested_filename == f"pareto-{SECOND}.png"
    assert Path(download.value.path()).read_bytes()[:4] == b"\x89PNG"
    assert visitor.complaints == []


def test_a_switched_measure_is_drawn_anew_and_the_others_stay(results: Cast, visit):
    visitor: Visitor = visit()
    page = enter(visitor, "/surveys/S/")
    shapes(page)
    page.click(".seg a:has-text('Satisfaction')")
    expect(page.locator(".big")).to_have_text("100.0%")
    page.wait_for_function(
        "document.querySelector('chart-view').shadowRoot.textContent.includes('100%')"
    )
    assert shapes(page) > 0
    page.click(".chart-data summary")
    expect(page.locator(".chart-table td").first).to_have_text("100.0%")
    assert visitor.complaints == []


def test_a_phone_has_room_for_every_chart(results: Cast, visit):
    visitor: Visitor = visit(320)
    page = enter(visitor, "/segmentation/")
    shapes(page, 0)
    shapes(page, 1)
    assert visitor.overflow() == 0
    assert visitor.complaints == []
