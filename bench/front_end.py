"""The pages of the demonstration company in a real browser, cold, against the front-end budget.

Each page is opened in a new browser without cache: on a desk (10 Mbit/s, processor at half speed)
and on a phone (1.6 Mbit/s, 150 ms, a quarter), then asked for from the server alone.
The scale is that of the demonstration company (1 = 2,000 customers).
"""

import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.chromium import MISSING, find_chromium

PORT = 8399
ADDRESS = f"http://127.0.0.1:{PORT}"
PERSON = "zhaohong"  # the head of a branch: the fullest pages
PATHS = ("/", "/customers/", "FILE", "/receivables/", "/segmentation/", "/surveys/", "/imports/")
TRIES = 20  # of the server alone
LCP_GOAL = {"desk": 1.5, "phone": 2.5}  # s
CLS_GOAL, REQUESTS_GOAL, HTML_GOAL = 0.02, 9, 20  # -, -, KB
CODE_GOAL, CHARTS_GOAL, FONT_GOAL = 45, 230, 56  # KB
PAGE_GOAL = 150  # ms, p95

_OBSERVE = """
  window.lcp = 0; window.cls = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) window.lcp = e.startTime })
    .observe({type: "largest-contentful-paint", buffered: true});
  new PerformanceObserver(list => {
    for (const e of list.getEntries()) if (!e.hadRecentInput) window.cls += e.value })
    .observe({type: "layout-shift", buffered: true});
"""
_SEEN = """() => {
  const files = performance.getEntriesByType("resource").map(e => [e.name, e.encodedBodySize]);
  const page = performance.getEntriesByType("navigation")[0];
  return {lcp: window.lcp / 1000, cls: window.cls, files, html: page.encodedBodySize};
}"""


@dataclass(frozen=True)
class Device:
    """What a person sits at."""

    name: str
    width: int
    height: int
    bytes_per_s: float
    latency_ms: int
    slowdown: int


DEVICES = (
    Device("desk", 1440, 900, 10e6 / 8, 10, 2),
    Device("phone", 390, 844, 1.6e6 / 8, 150, 4),
)
Result = dict[str, object]


def main(scale: float) -> Iterator[Result]:
    """Yield each page on each device, the size of what all pages share, and the server's time."""
    call_command("demo", "load", scale=scale)
    with served(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        cookies = signed_in(browser)
        paths = [path if path != "FILE" else _file(browser, cookies) for path in PATHS]
        for device in DEVICES:
            for path in paths:
                yield from seen(browser, cookies, device, path)
        for path in paths:
            yield asked(cookies, path)
        browser.close()


@contextmanager
def served() -> Iterator[None]:
    """The product on a port of its own."""
    command = [sys.executable, "-m", "crm.serve", "--port", str(PORT), "--empty"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            if server.stdout is None or "Ready" not in server.stdout.readline():
                raise RuntimeError("The product did not start.")
            yield
        finally:
            server.terminate()


def _chromium() -> str:
    path = find_chromium()
    if path is None:
        raise RuntimeError(MISSING)
    return path


def signed_in(browser: Browser) -> list[Any]:
    """The cookies of a person of the demonstration."""
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{ADDRESS}/sign-in/")
    page.click(f"button[value={PERSON}]")
    page.wait_for_load_state("networkidle")
    cookies = context.cookies()
    context.close()
    return cookies


def _file(browser: Browser, cookies: list[Any]) -> str:
    """The address of the customer with the highest revenue."""
    with opened(browser, cookies, DEVICES[0]) as page:
        page.goto(f"{ADDRESS}/customers/?sort=-revenue")
        address = page.locator("#list tbody th a").first.get_attribute("href")
    return str(address)


@contextmanager
def opened(browser: Browser, cookies: list[Any], device: Device) -> Iterator[Page]:
    """A page of a new browser with nothing in its cache."""
    context: BrowserContext = browser.new_context(
        viewport={"width": device.width, "height": device.height},
        locale="zh-CN",
        is_mobile=device.name == "phone",
        has_touch=device.name == "phone",
    )
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


def seen(browser: Browser, cookies: list[Any], device: Device, path: str) -> Iterator[Result]:
    """One page, opened cold on one device."""
    with opened(browser, cookies, device) as page:
        page.add_init_script(_OBSERVE)
        slow_down(page, device)
        page.goto(ADDRESS + path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        found = page.evaluate(_SEEN)
    files = dict(found["files"])
    charts = _kilobytes(files, r"/(echarts|charts)[^/]*\.js")
    yield {
        "name": f"front end: {_name(path)}, {device.name}",
        "lcp_s": round(found["lcp"], 2),
        "lcp_goal": LCP_GOAL[device.name],
        "cls": round(found["cls"], 4),
        "cls_goal": CLS_GOAL,
        "requests": 1 + sum(1 for name in files if not re.search(r"echarts|charts", name)),
        "requests_goal": REQUESTS_GOAL,
        "html_kb": round(found["html"] / 1024, 1),
        "html_goal": HTML_GOAL,
        "code_kb": round(_kilobytes(files, r"\.(css|js)$") - charts, 1),
        "code_goal": CODE_GOAL,
        "charts_kb": round(charts, 1),
        "charts_goal": CHARTS_GOAL,
        "font_and_icons_kb": round(_kilobytes(files, r"\.(woff2|svg)$"), 1),
        "font_and_icons_goal": FONT_GOAL,
    }


def slow_down(page: Page, device: Device) -> None:
    """The device's line and processor."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": device.latency_ms,
            "downloadThroughput": device.bytes_per_s,
            "uploadThroughput": device.bytes_per_s,
        },
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": device.slowdown})


def _kilobytes(files: dict[str, int], pattern: str) -> float:
    return sum(size for name, size in files.items() if re.search(pattern, name)) / 1024


def _name(path: str) -> str:
    return "today" if path == "/" else re.sub(r"/\d+/", "/N/", path).strip("/")


def asked(cookies: list[Any], path: str) -> Result:
    """The page from the server alone, some times one after another."""
    jar = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)
    request = urllib.request.Request(ADDRESS + path, headers={"Cookie": jar})  # noqa: S310  # our own server
    times = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        with urllib.request.urlopen(request) as answer:  # noqa: S310  # our own server
            answer.read()
        times.append((time.perf_counter() - begun) * 1000)
    times.sort()
    return {
        "name": f"front end: {_name(path)}, server",
        "p50_ms": round(times[TRIES // 2], 1),
        "p95_ms": round(times[int(TRIES * 0.95) - 1], 1),
        "goal": PAGE_GOAL,
    }
