"""Setting up the second factor and signing in with it: a real browser, the strict policy."""

import base64
import time

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from organization.rules import one_time_code
from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def required(settings: Settings) -> None:
    """As in production."""
    settings.SECOND_FACTOR = "required"


def test_who_must_have_one_sets_it_up_once_and_is_asked_ever_after(
    cast: Cast, required: None, visit
):
    desk, phone = visit(1440), visit(390)
    _first_step(desk)
    expect(desk.page.locator("h1")).to_have_text("Set up the second factor")
    desk.open("/customers/")
    expect(desk.page.locator("h1")).to_have_text("Set up the second factor")
    desk.page.wait_for_load_state("networkidle")  # what the side bar loads must not reload the page
    desk.page.click("summary.link")
    secret = base64.b32decode(desk.page.inner_text(".key").replace(" ", ""))
    _type_code(desk.page, one_time_code(secret, int(time.time()) // 30))
    codes = desk.page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    desk.open("/customers/")
    expect(desk.page.locator("h1")).to_have_text("Customers")

    _first_step(phone)
    expect(phone.page).to_have_url(f"{phone.address}/sign-in/code/")
    _type_code(phone.page, "000000")
    expect(phone.page.locator(".err")).to_contain_text("not right")
    _type_code(phone.page, codes[0])
    phone.open("/preferences/sign-in/")
    expect(phone.page.locator("main")).to_contain_text("9 recovery codes are left")
    assert phone.overflow() == 0
    phone.page.click("text=Sign out everywhere else")
    desk.open("/customers/")
    expect(desk.page.locator("h1")).to_have_text("Sign in")
    complaints = [*desk.complaints, *phone.complaints]
    assert [text for text in complaints if "422" not in text] == []


def _first_step(visitor: Visitor) -> None:
    visitor.open("/sign-in/")
    visitor.page.fill("[name=username]", "greta")
    visitor.page.fill("[name=password]", "correct horse battery")
    visitor.page.click("button.btn-p")
    visitor.page.wait_for_load_state()


def _type_code(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")
    page.wait_for_load_state()
