"""A table is brought in by hand, in a real browser with a worker behind it."""

import threading
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import expect

from tests.cast import Cast
from workspace.uploads import queue, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(monkeypatch, settings, tmp_path: Path) -> None:
    """Takes messages as they come, each in a thread with a connection of its own."""
    settings.UPLOAD_DIR = tmp_path / "uploads"

    def work_and_leave(number: int) -> None:
        try:
            work.work_on(number)
        finally:
            connections.close_all()

    def send(number: int, task: str) -> None:
        assert task == queue.TASK
        threading.Thread(target=work_and_leave, args=[number]).start()

    monkeypatch.setattr("workspace.uploads.queue.send", send)


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.usefixtures("worker")
def test_upload_say_columns_correct_a_cell_confirm_and_undo(
    cast: Cast, visit, tmp_path: Path, width: int
):
    file = tmp_path / "customers.csv"
    file.write_text("code,Firm,org_unit\nNEW,New Ltd,EAST-1\nACME,Acme Ltd,NOWHERE\n")
    visitor = visit(width)
    visitor.sign_in("bruno")
    page = visitor.page
    visitor.open("/imports/")
    page.set_input_files("#imp-file", file)
    expect(page.locator("[data-chosen]")).to_have_text("customers.csv")
    page.click("text=Upload >> visible=true")
    expect(page.locator(".note-warn")).to_contain_text("Customer name")
    page.select_option("[name=column-1]", "name")
    page.click("text=Check the file")
    expect(page.locator(".imp-errors")).to_contain_text("there is no unit")  # came by itself
    page.fill("[name=cell-3-2]", "EAST-1")
    page.click("text=Correct and check again")
    expect(page.locator("ins")).to_have_text("Acme Ltd")
    assert visitor.overflow() == 0
    page.click("text=Import 2 rows")
    expect(page.locator(".note-ok")).to_contain_text("The import is done.")
    expect(page.locator(".imp-keys a")).to_have_text("NEW")
    page.click("text=Undo the import")
    expect(page.locator(".note")).to_contain_text("Put back: 1. Removed: 1.")
    assert visitor.complaints == []


@pytest.mark.usefixtures("worker")
def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    cast: Cast, visit, settings, tmp_path: Path
):
    settings.UPLOAD_MAX_MB = 1
    file = tmp_path / "large.csv"
    file.write_bytes(b"x" * 1_100_000)
    visitor = visit()
    visitor.sign_in("bruno")
    visitor.open("/imports/")
    visitor.page.set_input_files("#imp-file", file)
    visitor.page.click(".imp-go .btn-p")
    said = visitor.page.evaluate("document.querySelector('#imp-file').validationMessage")
    assert said == "The file is larger than 1 MB."
    assert visitor.page.url.endswith("/imports/")
