"""A morning's work in a real browser: under the strict policy, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from tests.browser.conftest import Visitor
from tests.cast import Cast, make_customer
from workspace.sections import SECTIONS

SHOWN = [section for section in SECTIONS if not section.only_with_some]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def many(cast: Cast) -> Cast:
    """More customers than one page holds."""
    for number in range(70):
        make_customer(f"SH-{number:04d}", cast.east_outlet, cast.alice, name=f"上海客户 {number}")
    return cast


@pytest.fixture
def odd(many: Cast) -> Customer:
    """A name that would break a careless page."""
    return make_customer("ODD/1", many.east_outlet, many.alice, name="<b>" + "Long" * 40)


@pytest.mark.parametrize("width", [1440, 390])
def test_find_read_change_and_leave(many: Cast, odd: Customer, visit, width: int):
    visitor = visit(width)
    visitor.sign_in("alice")
    _find(visitor)
    _read(visitor)
    _change(visitor)
    _leave(visitor, on_a_phone=width < 600)
    assert [text for text in visitor.complaints if "422" not in text] == []


def _find(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/customers/")
    expect(page.locator("#list tbody tr:not(.more)")).to_have_count(50)
    page.locator(".more a").scroll_into_view_if_needed()
    expect(page.locator("#list tbody tr:not(.more)")).to_have_count(72)
    page.fill("[name=q]", "ACME")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    assert page.evaluate("document.activeElement.name") == "q"  # typing goes on
    expect(page).to_have_url(re.compile(r"\?q=ACME"))
    page.click("text=Customer ACME")
    expect(page.locator("h1")).to_have_text("Customer ACME")


def _read(visitor: Visitor) -> None:
    page, current = visitor.page, visitor.page.locator(".ctabs [aria-current]")
    for section in SHOWN[1:]:
        page.locator(".ctabs a", has_text=str(section.label)).click()
        expect(current).to_have_text(str(section.label))
        expect(page).to_have_url(re.compile(f"/{section.name}/$"))
        assert visitor.overflow() == 0, section.name
    page.go_back()
    expect(current).to_have_text(str(SHOWN[-2].label))


def _change(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("main details.menu:has(a[href$='/edit/']) > summary").click()
    page.click("main details.menu[open] >> text=Edit")
    page.fill("[name=name]", "")
    page.click("button:has-text('Save')")
    expect(page.locator("[role=alert]")).to_be_focused()
    page.fill("[name=name]", "Acme & Söhne")
    page.click("button:has-text('Save')")
    expect(page.locator("h1")).to_have_text("Acme & Söhne")
    expect(page.locator(".toast")).to_contain_text("saved")


def _leave(visitor: Visitor, *, on_a_phone: bool) -> None:
    page = visitor.page
    if on_a_phone:
        page.click(".tabbar >> text=More")
        page.click("#more-sheet >> text=Sign out")
    else:
        page.click(".me")
        page.click("text=Sign out")
    page.wait_for_url("**/sign-in/")


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_no_page_scrolls_sideways(many: Cast, odd: Customer, visit, locale: str):
    visitor = visit(320, locale)
    visitor.open("/sign-in/")
    assert visitor.overflow() == 0
    visitor.sign_in("alice")
    acme = f"/customers/{many.acme.pk}/"
    long = f"/customers/{odd.pk}/"
    for path in ("/customers/", acme, long, f"{long}edit/", "/preferences/", "/password/"):
        visitor.open(path)
        for width in (320, 390, 768, 1024):
            visitor.page.set_viewport_size({"width": width, "height": 844})
            assert visitor.overflow() == 0, (path, width)
    assert visitor.complaints == []


def test_a_filter_is_kept_while_sorting_and_in_the_export(many: Cast, visit):
    visitor = visit()
    page = visitor.page
    visitor.sign_in("alice")
    visitor.open("/customers/")
    page.fill("[name=q]", "SH-000")
    expect(page.locator("#list tbody tr")).to_have_count(10)
    page.click("th >> text=Code")
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Code")
    expect(page.locator("#list tbody tr td.c-code").first).to_have_text("SH-0009")
    page.fill("[name=q]", "SH-001")
    expect(page.locator("#list tbody tr td.c-code").first).to_have_text("SH-0019")
    with page.expect_download() as download:
        page.click("[data-export]")
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert re.findall(r"^SH-\d+", text, re.MULTILINE) == [f"SH-{n:04d}" for n in range(10, 20)]
    assert visitor.complaints == []


def test_colours_change_at_once_and_stay(many: Cast, visit):
    visitor = visit(scheme="light")
    page = visitor.page
    visitor.sign_in("alice")
    with page.expect_response("**/theme/"):
        page.click("[aria-label='Dark colours']")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(11, 13, 17)"
    assert visitor.complaints == []
