"""A day of finance and of the head of a branch, in the demonstration company."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def signed_in(visitor: Visitor, person: str) -> Page:
    visitor.open("/sign-in/")
    visitor.page.click(f"button[value={person}]")
    visitor.page.wait_for_url(lambda url: "sign-in" not in url)
    return visitor.page


def test_finance_finds_who_owes_most_and_records_what_they_paid(
    demo: None, visit: Callable[..., Visitor]
):
    visitor = visit()
    page = signed_in(visitor, "qianwen")
    page.click(".nav >> text=Receivables")
    debtor = page.locator(".rv-list .cell-c a").first.inner_text()
    page.locator(".top > a[href='/receipts/new/']").click()
    box = page.get_by_role("combobox", name="customer")
    box.press_sequentially(debtor[:6])
    page.get_by_role("option").filter(has_text=debtor).first.click()
    page.fill("dialog [name=amount]", "100.00")
    page.fill("dialog [name=receipt_no]", "BANK-1")
    expect(page.locator("#receipt-preview tbody tr")).to_have_count(1)
    expect(page.locator("#receipt-preview tbody")).to_contain_text("¥100.00")
    page.keyboard.press("Control+Enter")
    toast = page.locator(".toast", has_text="¥100.00 recorded")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="BANK-1 was taken back")).to_be_visible()
    assert visitor.complaints == []


def test_a_head_sees_who_fades_reads_the_file_and_puts_it_off(
    demo: None, visit: Callable[..., Visitor]
):
    visitor = visit()
    page = signed_in(visitor, "zhaohong")
    fading = page.locator("#queue h3", has_text="Fading customers")
    expect(fading).to_be_visible()  # no click was needed
    row = fading.locator("xpath=following-sibling::ul[1]/li[1]")
    name = row.locator("a.qn").inner_text()  # the short one; the file has the whole
    whole = row.locator("a.qn").get_attribute("title")
    fades = re.compile("against a year ago|shipments of the last weeks|usually every")
    expect(row.locator(".qt")).to_contain_text(fades)  # which of them hangs on the day
    row.locator("a.qn").click()
    expect(page.locator("h1")).to_contain_text(str(whole))
    expect(page.locator(".ctabs [aria-current]")).to_have_text("Overview")
    page.go_back()
    row = page.locator("#queue li", has_text=name).filter(has_text=fades)
    row.hover()
    row.locator("a.qz").click()
    page.fill("dialog [name=reason]", "On holiday until next week")
    page.click("dialog button[type=submit].btn-p")
    expect(row).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/segmentation/**")
    expect(page.locator("h1")).to_contain_text("Tiers of")
    assert visitor.complaints == []
