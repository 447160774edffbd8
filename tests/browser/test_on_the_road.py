"""An account manager on a phone: find, call, note, next follow-up; also where there is no net."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from customers.models import Contact
from engagement.models import Note, Task
from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TAPS = 5
NO_DIALLER = """document.addEventListener(
  'click', (event) => event.target.closest('[href^=tel]') && event.preventDefault())"""


@pytest.fixture
def decider(cast: Cast) -> Contact:
    return Contact.objects.create(
        customer=cast.acme, name="Li Wei", chain_role="decider", mobile="13800000021",
        is_primary=True,
    )  # fmt: skip


@pytest.fixture
def once() -> Iterator[None]:
    """When the browser has gone there is one note, and one follow-up for it."""
    yield
    assert (Note.objects.count(), Task.objects.count()) == (1, 1)


def test_from_the_search_to_the_next_follow_up(
    cast: Cast, decider: Contact, once: None, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(390)
    visitor.sign_in("alice")
    page, begun = visitor.page, time.monotonic()
    page.tap(".top [data-palette]")
    page.fill("#cmd-q", "ACME")
    page.tap("#cmd-ls [role=option]:has-text('Customer ACME')")
    call = page.locator(".ch-a a[href^='tel:']")
    expect(call).to_have_attribute("href", "tel:13800000021")
    page.evaluate(NO_DIALLER)
    call.tap()
    expect(page.locator("#composer [name=kind][value=call]")).to_be_checked()
    page.tap("#note-text")
    page.fill("#note-text", "300 parcels more from May")
    page.tap("#composer button[type=submit]")
    expect(page.locator(".toast")).to_contain_text("Next follow-up")
    expect(page.locator("#timeline-today li").first).to_contain_text("300 parcels more")
    assert time.monotonic() - begun < 60  # with TAPS taps: search, customer, call, text, save
    assert visitor.overflow() == 0
    assert visitor.complaints == []


def test_what_is_saved_without_a_net_is_sent_once_when_it_is_back(
    cast: Cast, once: None, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(390)
    visitor.sign_in("alice")
    visitor.open(f"/customers/{cast.acme.pk}/?kind=call#composer")
    page = visitor.page
    page.context.set_offline(True)
    page.fill("#note-text", "spoken in the lift")
    page.tap("#composer button[type=submit]")
    expect(page.locator(".draft-said")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value("spoken in the lift")
    page.context.set_offline(False)
    expect(page.locator("#timeline-today li").first).to_contain_text("spoken in the lift")
    expect(page.locator("#note-text")).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('draft:'))") == []
    page.reload()
    expect(page.locator("#note-text")).to_have_value("")
    expect(page.locator("#timeline-today li", has_text="spoken in the lift")).to_have_count(1)
    visitor.complaints.clear()  # the browser reports the failed request itself


def test_what_was_typed_is_there_after_the_page_was_closed(
    cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(390)
    visitor.sign_in("alice")
    path = f"/customers/{cast.acme.pk}/"
    visitor.open(path)
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.fill("#note-text", "half a sentence")
    page.locator("#composer label", has_text="2 weeks").tap()
    visitor.open("/customers/")
    visitor.open(path)
    expect(page.locator("#note-text")).to_have_value("half a sentence")
    expect(page.locator("#composer [name=next_in][value='14']")).to_be_checked()
    expect(page.locator(".draft-said")).to_be_hidden()
    assert visitor.complaints == []
