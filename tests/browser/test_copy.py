"""A code or a number is taken along with one click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_code_is_copied(cast: Cast, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.sign_in("alice")
    visitor.open(f"/customers/{cast.acme.pk}/")
    page.click("header.ch [data-copy]")
    expect(page.locator("#toasts")).to_contain_text("Copied", timeout=15000)
    box = "document.body.append(Object.assign(document.createElement('input'), {id: 'pasted'}))"
    page.evaluate(box)
    page.focus("#pasted")
    page.keyboard.press("Control+V")
    expect(page.locator("#pasted")).to_have_value("ACME")
    assert visitor.complaints == []
