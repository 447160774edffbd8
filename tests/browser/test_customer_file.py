"""A customer's file in a real browser: notes, the timeline and what happens when a part fails."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _file(cast: Cast, visit: Callable[..., Visitor], tail: str = "") -> Visitor:
    visitor = visit()
    visitor.sign_in("alice")
    visitor.open(f"/customers/{cast.acme.pk}/{tail}")
    return visitor


def test_a_note_is_written_without_leaving_the_page(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = _file(cast, visit, "?kind=visit#composer")
    page = visitor.page
    expect(page.locator("#timeline-today")).to_contain_text("Customer created")
    page.fill("#note-text", "<b>saw</b> the new hall")
    page.dblclick("#composer button[type=submit]")
    first = page.locator("#timeline-today li").first
    expect(first).to_contain_text("Visit")
    expect(first).to_contain_text("<b>saw</b> the new hall")
    expect(page.locator("#note-text")).to_have_value("")
    expect(page.locator("#timeline-today .tl-none")).to_be_hidden()
    assert page.locator("#timeline-today li:not(.tl-none)", has_text="new hall").count() == 1
    page.click("#timeline-filter a:has-text('Money')")
    expect(page.locator("#timeline-filter [aria-current]")).to_have_text("Money")
    expect(page.locator("#timeline")).not_to_contain_text("new hall")
    assert visitor.complaints == []


def test_an_empty_note_says_what_is_missing(cast: Cast, visit: Callable[..., Visitor]) -> None:
    visitor = _file(cast, visit)
    visitor.page.click("#composer button[type=submit]")
    expect(visitor.page.locator("#note-error")).to_have_text("Write what was said or seen.")
    visitor.page.fill("#note-text", "called back")
    visitor.page.click("#composer button[type=submit]")
    expect(visitor.page.locator("#timeline-today li").first).to_contain_text("called back")
    expect(visitor.page.locator("#note-error")).to_have_count(0)
    visitor.complaints.clear()  # the browser reports the 422 itself


def test_when_the_timeline_fails_the_rest_of_the_file_stands(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    visitor.sign_in("alice")

    def fail(route: Route) -> None:
        route.fulfill(status=500, body="<h1>broken</h1>", content_type="text/html")

    visitor.page.route("**/timeline/**", fail)
    visitor.open(f"/customers/{cast.acme.pk}/")
    timeline = visitor.page.locator("#timeline")
    expect(timeline.locator("[data-retry]")).to_be_visible()
    expect(timeline).not_to_contain_text("broken")
    expect(visitor.page.locator("#trend h2")).to_be_visible()
    visitor.page.unroute("**/timeline/**", fail)
    timeline.locator("[data-retry]").click()
    expect(visitor.page.locator("#timeline-today")).to_be_visible()
    visitor.complaints.clear()  # the browser reports the 500 itself


def test_sections_change_in_place_and_the_way_back_is_whole(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = _file(cast, visit)
    page = visitor.page
    page.click(".ctabs a:has-text('Contacts')")
    page.wait_for_url("**/contacts/")
    expect(page.locator(".ctabs [aria-current]")).to_contain_text("Contacts")
    page.go_back()
    expect(page.locator(".ctabs [aria-current]")).to_contain_text("Overview")
    expect(page.locator("#timeline-today")).to_be_visible()
    assert visitor.complaints == []
