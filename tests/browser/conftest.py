"""A Chromium that reports everything a person would not want to see in its console."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest
from django.contrib.staticfiles import handlers
from django.core.management import call_command
from django.test import testcases
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.kept import kept
from tools.chromium import MISSING, find_chromium

# The live server hands out the collected files, under the names that pages give them.
handlers.StaticFilesHandler = testcases._StaticFilesHandler

BUSY = "html[data-busy], .htmx-request, .stale"
TWO_FRAMES = "new Promise((on) => requestAnimationFrame(() => requestAnimationFrame(on)))"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]


def _chromium() -> str:
    """Where the browser is; skips without one, but fails where tests must be whole."""
    if path := find_chromium():
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    pytest.skip(MISSING)


@pytest.fixture
def browser(live_server: object) -> Iterator[Browser]:
    """One browser a test; it ends before the database is emptied.

    Playwright runs an event loop in the test's thread: inside, a test may not touch the database,
    whose connections are others there. Ask for the rows it needs before `visit` in its arguments.
    """
    path = _chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def demo(db: None) -> None:
    """A small demonstration company, with its nights."""
    kept("company_with_nights", partial(call_command, "demo", "load", scale=0.02))


@dataclass
class Visitor:
    """A page and what its console said."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)

    def begin(self, request: Request) -> None:
        """The page asks for something."""
        self.under_way.add(request)

    def end(self, request: Request) -> None:
        """It has got it, or will not get it."""
        self.under_way.discard(request)

    def open(self, path: str) -> None:
        """Go to a path of the product."""
        self.page.goto(self.address + path)

    def settle(self) -> None:
        """Wait until the page has loaded what it loads by itself."""
        while True:
            self.page.evaluate(TWO_FRAMES)
            self.page.wait_for_selector(BUSY, state="detached")
            if not self.under_way:
                return

    def overflow(self) -> int:
        """By how many pixels the page can be scrolled sideways."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))

    def sign_in(self, username: str) -> None:
        """Sign in as one of the cast."""
        self.open("/sign-in/")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", "correct horse battery")
        self.page.click("button.btn-p")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)


@pytest.fixture
def visit(browser: Browser, live_server) -> Callable[..., Visitor]:
    """Open a browser window of a size, in a language; its console must stay empty."""

    def make(width: int = 1440, locale: str = "en-GB", scheme: str = "light") -> Visitor:
        phone = width < 600
        context = browser.new_context(
            viewport={"width": width, "height": 844 if phone else 900},
            locale=locale,
            color_scheme=scheme,
            is_mobile=phone,
            has_touch=phone,
        )
        visitor = Visitor(context.new_page(), live_server.url)
        visitor.page.on(
            "console",
            lambda m: visitor.complaints.append(m.text) if m.type in ("error", "warning") else None,
        )
        visitor.page.on("request", visitor.begin)
        for ended in ("requestfinished", "requestfailed"):
            visitor.page.on(ended, visitor.end)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        return visitor

    return make
