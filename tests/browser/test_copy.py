"""A code or a number is taken along with one click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("secure", [True, False])
def test_the_code_is_copied_with_and_without_a_clipboard_of_the_page(
    cast: Cast, visit: Callable[..., Visitor], secure: bool
) -> None:
    visitor = visit()
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.sign_in("alice")
    visitor.open(f"/customers/{cast.acme.pk}/")
    if not secure:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.click("header.ch [data-copy]")
    assert visitor.complaints == []
    expect(page.locator("#toasts")).to_contain_text("Copied", timeout=15000)
    box = "document.body.append(Object.assign(document.createElement('input'), {id: 'pasted'}))"
    page.evaluate(box)
    page.focus("#pasted")
    page.keyboard.press("Control+V")
    expect(page.locator("#pasted")).to_have_value("ACME")
    assert visitor.complaints == []
