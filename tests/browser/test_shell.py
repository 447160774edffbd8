"""The frame in a real browser: keys, command palette, drawer, bulk bar, failures."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.cast import Cast, make_customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ten(cast: Cast) -> Cast:
    """A list to walk in."""
    for number in range(10):
        make_customer(f"C-{number}", cast.east_outlet, cast.alice, name=f"Customer {number}")
    return cast


@pytest.fixture
def head(ten: Cast, visit) -> Visitor:
    """The head of the outlet at the list of customers."""
    visitor = visit()
    visitor.sign_in("olga")
    visitor.open("/customers/")
    return visitor


def test_the_keyboard_walks_opens_goes_on_and_back(head: Visitor):
    page = head.page
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.focus th a")).to_have_text("Customer BOLT")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Customer ACME")
    page.keyboard.press("]")
    expect(page.locator("h1")).to_have_text("Customer BOLT")
    page.keyboard.press("[")
    expect(page.locator("h1")).to_have_text("Customer ACME")
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/customers/")
    page.keyboard.press("/")
    page.keyboard.type("gc?")  # letters are text while one types
    expect(page.locator("[data-search]")).to_have_value("gc?")
    page.locator("body").click(position={"x": 700, "y": 700})
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert head.complaints == []


def test_letters_rest_for_whom_does_not_want_them(head: Visitor):
    page = head.page
    head.open("/preferences/")
    page.uncheck("[name=letter_keys]")
    page.click("main button.btn-p")
    expect(page.locator(".toast")).to_be_visible()
    head.open("/customers/")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("tr.focus")).to_have_count(0)
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(page.locator("#cmd")).to_be_visible()


def test_the_palette_finds_and_does(head: Visitor):
    page = head.page
    page.keyboard.press("Control+k")
    expect(page.locator("#cmd-ls [role=option]").first).to_have_attribute("aria-selected", "true")
    page.keyboard.type("customer 7")
    option = page.locator("#cmd-ls [role=option]")
    expect(option).to_have_count(1)
    expect(page.locator("#cmd-q")).to_have_attribute("aria-activedescendant", "o-c1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Customer 7")
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.keyboard.press("Enter")  # before the answer has come: it counts for the answer
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#cmd")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.fill("#cmd-q", "nonsense")
    expect(page.locator("#cmd-ls")).to_contain_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.locator("#cmd")).to_be_hidden()
    assert head.complaints == []


def test_the_drawer_keeps_what_was_typed_and_asks_before_it_is_lost(head: Visitor):
    page, drawer = head.page, head.page.locator("#drawer-dialog")
    page.keyboard.press("n")
    page.keyboard.press("c")
    expect(drawer.locator("[name=code]")).to_be_focused()
    page.keyboard.press("Escape")  # nothing was typed: it closes
    expect(drawer).to_be_hidden()
    page.click("#new-menu summary")
    page.click("#new-menu a")
    page.fill("#drawer [name=code]", "NEW-1")
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_visible()
    page.click("#ask >> text=Stay")
    expect(drawer.locator("[name=code]")).to_have_value("NEW-1")
    page.keyboard.press("Control+Enter")
    expect(drawer.locator("[role=alert]")).to_be_focused()
    expect(drawer.locator("[name=name]")).to_have_attribute("aria-invalid", "true")
    page.fill("#drawer [name=name]", "New & Co")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("New & Co")
    expect(page.locator(".toast")).to_contain_text("recorded")
    assert [text for text in head.complaints if "422" not in text] == []


def test_rows_are_selected_tagged_and_untagged_again(head: Visitor):
    page, bar = head.page, head.page.locator(".bulk")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_contain_text("1 selected")
    page.check("[data-pick-all]")
    expect(bar).to_contain_text("12 selected")
    page.click(".bulk >> text=Add tag")
    page.fill("#drawer [name=tag]", "fair")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("12 customers changed")
    expect(bar).to_be_hidden()
    page.click(".toast >> text=Undo")
    expect(page.locator(".toast").last).to_contain_text("Undone")
    page.click(".fmenu summary")
    page.fill(".fmenu [name=tag]", "fair")
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_contain_text("No customer matches")
    page.click("#fchips a")
    expect(page.locator("#list tbody tr")).to_have_count(12)
    assert head.complaints == []


@pytest.fixture
def sixty(ten: Cast) -> Cast:
    """More than one page holds."""
    for number in range(60):
        make_customer(f"D-{number}", ten.east_outlet, ten.alice)
    return ten


def test_all_of_a_long_list_can_be_selected(sixty: Cast, visit):
    visitor = visit()
    visitor.sign_in("olga")
    visitor.open("/customers/?q=D-")
    page = visitor.page
    page.check("[data-pick-all]")
    page.click(".bulk [data-all]")
    expect(page.locator(".bulk .cnt")).to_contain_text("60 selected")
    page.click(".bulk >> text=Assign")
    expect(page.locator("#drawer")).to_contain_text("For 60 customers")
    page.select_option("#drawer select", label="Bob · Unit EAST-1")
    page.click("#drawer button.btn-p")
    expect(page.locator(".toast")).to_contain_text("60 customers are now with Bob")


def test_failures_leave_what_was_typed_and_say_why(head: Visitor):
    page = head.page
    page.route("**/customers/new/", _fail_posts)
    page.keyboard.press("n")
    page.keyboard.press("c")
    page.fill("#drawer [name=code]", "NEW-1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-bad")).to_contain_text("Nothing was saved")
    expect(page.locator("#drawer [name=code]")).to_have_value("NEW-1")
    page.context.set_offline(True)
    expect(page.locator(".toast-offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".toast-offline")).to_be_hidden()


def _fail_posts(route) -> None:
    if route.request.method == "POST":
        route.fulfill(status=500, body="<h1>Broken</h1>")
    else:
        route.continue_()


def test_a_view_is_saved_pinned_and_counted(head: Visitor):
    page = head.page
    page.fill("[name=q]", "C-1")
    page.click("text=Save view")
    page.fill("#drawer [name=name]", "Sea")
    page.check("#drawer [name=pinned]")
    page.click("#drawer button.btn-p")
    expect(page.locator("#views [aria-current]")).to_contain_text("Sea 1")
    expect(page.locator(".side .nav >> text=Sea")).to_be_visible()
    expect(page.locator(".side [data-quiet] .n").last).to_have_text("1")
    page.fill("[name=q]", "C-2")
    page.click("#views >> text=Revert")
    expect(page).to_have_url(re.compile(r"view=\d+&q=C-1$"))
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert head.complaints == []


def test_more_pages_and_a_way_out_on_a_phone(ten: Cast, visit):
    visitor = visit(390)
    visitor.sign_in("olga")
    page = visitor.page
    page.click(".fab")
    page.click("#new-sheet >> text=New customer")
    expect(page.locator("#drawer [name=code]")).to_be_visible()
    assert visitor.overflow() == 0
    page.click("#drawer >> text=Cancel")
    page.click(".tabbar >> text=More")
    page.click("#more-sheet >> text=Sign out")
    page.wait_for_url("**/sign-in/")
