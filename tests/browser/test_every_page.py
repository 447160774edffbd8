"""Every page a person can reach, as five persons of the demonstration meet it.

Whoever follows the links finds no accessibility error, no page that scrolls sideways, nothing in
the console under the strict policy, no answer of an error, and each kind of page of the list.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from api.reports import outbox
from tests.browser.conftest import Visitor
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]  # rules that depend on the scheme
WIDTHS = (320, 390, 1024, 1440)
NO_PAGES = re.compile(
    r"/export/|/(?:csv|xlsx)/|/download/|/template/|/sign-out/|/jsi18n/|/logout/|\.csv|\.xlsx|^/api/v1/"
)
# What a person reaches at least, by pattern; the crawl finds more.
OF_EVERYBODY = {"/", "/preferences/", "/password/"}
OF_A_MANAGER = OF_EVERYBODY | {
    "/customers/",
    "/customers/N/",
    "/customers/N/profile/",
    "/customers/N/history/",
    "/contracts/",
    "/receivables/",
    "/segmentation/",
    "/surveys/",
}
OF_AN_ADMINISTRATOR = OF_EVERYBODY | {"/admin/", "/admin/organization/user/", "/admin/core/jobrun/"}


@dataclass(frozen=True)
class Walk:
    """One person at one device, and what they meet at least."""

    person: str
    width: int
    locale: str
    scheme: str
    expected: set[str]


DESK = (
    Walk("zhaohong", 1440, "zh-CN", "light", OF_A_MANAGER),
    Walk("qianwen", 1024, "en-GB", "dark", OF_A_MANAGER),
    Walk("xuning", 1440, "zh-CN", "dark", OF_AN_ADMINISTRATOR),
)
PHONE = (  # who comes first is examined by all rules: here in English, there in Chinese
    Walk("shenlan", 390, "en-GB", "light", OF_A_MANAGER),
    Walk("linxiao", 390, "zh-CN", "dark", OF_A_MANAGER),
)


@dataclass
class Found:
    """What is wrong, by page; what was reached; the schemes each kind of page was examined in."""

    scheme: str
    examined: dict[str, set[str]]
    wrong: list[str] = field(default_factory=list)
    patterns: set[str] = field(default_factory=set)


@pytest.mark.parametrize("walks", [DESK, PHONE], ids=["desk", "phone"])
def test_whoever_follows_the_links_finds_nothing_wrong(
    demo: None, visit: Callable[..., Visitor], walks: tuple[Walk, ...]
) -> None:
    wrong: list[str] = []
    missing: dict[str, set[str]] = {}
    examined: dict[str, set[str]] = {}
    for walk in walks:
        found = Found(walk.scheme, examined)
        visitor = visit(walk.width, walk.locale, walk.scheme)
        visitor.open("/sign-in/")
        check(visitor, "/sign-in/", found)
        visitor.page.click(f"button[value={walk.person}]")
        visitor.page.wait_for_url(lambda url: "sign-in" not in url)
        crawl(visitor, found)
        wrong += [f"{walk.person}: {line}" for line in found.wrong]
        missing[walk.person] = walk.expected - found.patterns
        visitor.page.context.close()
    assert "\n".join(wrong) == ""
    assert missing == {walk.person: set() for walk in walks}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_links_of_a_warning_above_everything_can_be_told_from_its_text(
    cast: Cast, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """The walks seldom meet one: nothing has waited for a quarter of an hour yet."""
    monkeypatch.setattr(outbox, "LATE", dt.timedelta(0))
    visitor = visit(scheme=scheme)
    visitor.sign_in("adam")
    for path in ("/", "/admin/"):
        visitor.open(path)
        visitor.settle()
        expect(visitor.page.locator(".banner a").first).to_be_visible()
        assert violations(visitor, OF_COLOURS) == []


def crawl(visitor: Visitor, found: Found) -> None:
    """One page of every kind that links lead to."""
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        if (pattern := pattern_of(path)) in found.patterns:
            continue
        found.patterns.add(pattern)
        answer = visitor.page.goto(visitor.address + path)
        if answer is None or answer.status != 200:
            found.wrong.append(f"{path}: answered {answer and answer.status}")
            continue
        check(visitor, path, found)
        waiting += links(visitor)


def check(visitor: Visitor, path: str, found: Found) -> None:
    """Console and widths; accessibility once for a kind of page, of colours once in each scheme."""
    page, pattern = visitor.page, pattern_of(path)
    visitor.settle()
    schemes = found.examined.setdefault(pattern, set())
    if found.scheme not in schemes:
        rules = OF_COLOURS if schemes else RULES
        schemes.add(found.scheme)
        found.wrong += [f"{path}: {violation}" for violation in violations(visitor, rules)]
    size = page.viewport_size
    assert size is not None
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": size["height"]})
        if visitor.overflow():
            found.wrong.append(f"{path}: scrolls sideways at {width}")
    page.set_viewport_size(size)
    found.wrong += [f"{path}: console: {text}" for text in visitor.complaints]
    visitor.complaints.clear()


def violations(visitor: Visitor, rules: list[str]) -> list[str]:
    """What axe finds on the page, and where."""
    visitor.page.evaluate(AXE)
    report = visitor.page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})",
        rules,
    )
    return [
        f"{violation['id']} {[node['target'] for node in violation['nodes']][:3]}"
        for violation in report["violations"]
    ]


def links(visitor: Visitor) -> list[str]:
    """The pages of the product that this one leads to."""
    found = visitor.page.eval_on_selector_all(
        "a[href]:not([download])", "all => all.map(a => a.href)"
    )
    parts = [urlsplit(address) for address in found if address.startswith(visitor.address)]
    return [
        part.path + (f"?{part.query}" if part.query else "")
        for part in parts
        if not NO_PAGES.search(part.path)
    ]


def pattern_of(path: str) -> str:
    """The kind of page: numbers and what is asked for do not make another one."""
    bare = urlsplit(path).path
    if bare.startswith("/surveys/") and bare != "/surveys/":
        return "/surveys/CODE/"
    bare = re.sub(r"/[0-9a-f-]{36}/", "/UUID/", bare)
    return re.sub(r"/waybills/[^/]+/", "/waybills/NO/", re.sub(r"/\d+/", "/N/", bare))
