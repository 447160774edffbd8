"""Take the pictures of the user guide from a running demonstration company.

`python -m tools.guide http://127.0.0.1:8000` writes docs/guide/LANGUAGE/NAME.png. Needs Chromium.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, sync_playwright

from tools.chromium import MISSING, find_chromium

GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
DESK, PHONE = (1440, 900), (390, 844)
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]


@dataclass(frozen=True)
class Picture:
    """What one picture shows, to whom, and how one gets there."""

    name: str
    person: str  # user name in the demonstration; empty: signed out
    path: str
    follow: str = ""  # selector of a link to follow from `path`
    then: str = ""  # where to go on from there, as in a link of that page
    press: str = ""  # keys to press once there
    wait: str = ""  # selector that must be seen before the picture is taken
    size: tuple[int, int] = DESK
    dark: bool = False


LARGEST = "/customers/?sort=-revenue"
PICTURES = (
    Picture("sign-in", "", "/sign-in/"),
    Picture("today", "linxiao", "/"),
    Picture("today-phone", "linxiao", "/", size=PHONE),
    Picture("today-head", "zhaohong", "/"),
    Picture("customers", "linxiao", LARGEST),
    Picture("customers-phone", "linxiao", LARGEST, size=PHONE),
    Picture("customer", "linxiao", LARGEST, follow="#list tbody th a"),
    Picture(
        "customer-phone",
        "linxiao",
        LARGEST,
        follow="#list tbody th a",
        size=PHONE,
    ),
    Picture(
        "customer-dark",
        "linxiao",
        LARGEST,
        follow="#list tbody th a",
        dark=True,
    ),
    Picture("profile", "linxiao", LARGEST, follow="#list tbody th a", then="profile/"),
    Picture("contacts", "linxiao", LARGEST, follow="#list tbody th a", then="contacts/"),
    Picture("credit-record", "qianwen", LARGEST, follow="#list tbody th a", then="dossier/"),
    Picture("tasks", "linxiao", "/tasks/"),
    Picture("handover", "zhaohong", "/ownership/"),
    Picture("duplicates", "shenlan", "/customers/duplicates/"),
    Picture("palette", "linxiao", "/", press="Control+k", wait="dialog[open]"),
    Picture("receivables", "qianwen", "/receivables/"),
    Picture("statistics", "zhaohong", "/statistics/"),
    Picture("supply", "linxiao", LARGEST, follow="#list tbody th a", then="supply/"),
    Picture("tiers", "zhaohong", "/segmentation/"),
    Picture("satisfaction", "zhaohong", "/surveys/", follow="main table a"),
    Picture("imports", "shenlan", "/imports/"),
)


def main() -> int:
    """Exit status 0 when every picture was taken."""
    options = _parser().parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1
    wanted = [picture for picture in PICTURES if options.only in picture.name]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for language in LANGUAGES:
            for picture in wanted:
                take(browser, options.address.rstrip("/"), language, picture)
                sys.stdout.write(f"{language}/{picture.name}.png\n")
        browser.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.guide", description=__doc__)
    parser.add_argument("address", help="where the demonstration runs")
    parser.add_argument("--only", default="", help="only pictures whose name contains this")
    return parser


def take(browser: Browser, address: str, language: str, picture: Picture) -> None:
    """Sign in, go there, write the file."""
    width, height = picture.size
    phone = picture.size == PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=LANGUAGES[language],
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if picture.dark else "light",
        reduced_motion="reduce",
        is_mobile=phone,
        has_touch=phone,
    )
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    if picture.person:
        page.click(f"button[value={picture.person}]")
        page.wait_for_load_state("networkidle")
    go(page, address, picture)
    file = GUIDE / language / f"{picture.name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=file)
    context.close()


def go(page: Page, address: str, picture: Picture) -> None:
    """To the place the picture shows, when everything on it has come."""
    page.goto(address + picture.path)
    if picture.follow:
        page.locator(picture.follow).first.click()
        page.wait_for_load_state("networkidle")
    if picture.then:
        page.goto(urljoin(page.url, picture.then))
    page.wait_for_load_state("networkidle")
    if picture.press:
        page.keyboard.press(picture.press)
    if picture.wait:
        page.wait_for_selector(picture.wait)
    page.wait_for_timeout(400)  # charts draw when they come into view


if __name__ == "__main__":
    sys.exit(main())
