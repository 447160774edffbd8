"""What htmx writes into the address bar is a page by itself, and its icons are in the sprite.

Read from the pages as they are rendered, so that a link is tried as soon as a page has it.
"""

import html
import re
from urllib.parse import urljoin

import pytest
from django.test import Client

from tests.cast import Cast
from tests.code import BASE_DIR
from workspace.tests.make import Night, publish

pytestmark = pytest.mark.django_db
PAGES = (
    "/",
    "/customers/",
    "/customers/?q=A",
    "/receivables/",
    "/collections/",
    "/tiers/",
    "/surveys/",
    "/imports/",
)
TAG = re.compile(r"<(?:a|form|button|select)\b[^>]*\bhx-push-url=\"true\"[^>]*>")


def _pushed(page: str, base: str) -> set[str]:
    """The addresses that the page's elements would put into the address bar."""
    addresses = re.findall(r'hx-get="([^"]*)"', " ".join(TAG.findall(page)))
    return {urljoin(base, html.unescape(address)) for address in addresses}


@pytest.fixture
def client(cast: Cast) -> Client:
    publish([Night(cast.acme, "100.00", "80"), Night(cast.bolt, "50.00")])
    client = Client()
    client.force_login(cast.bruno)
    return client


def test_every_pushed_address_is_a_page_and_a_part_of_one(cast: Cast, client: Client):
    pages = (*PAGES, f"/customers/{cast.acme.pk}/", f"/customers/{cast.acme.pk}/contacts/")
    pushed = set().union(*(_pushed(client.get(page).content.decode(), page) for page in pages))
    assert len(pushed) > 10
    for address in sorted(pushed):
        whole = client.get(address)
        part = client.get(address, headers={"HX-Request": "true"})
        assert (whole.status_code, part.status_code) == (200, 200), address
        assert "<html" in whole.content.decode(), address
        assert "<html" not in part.content.decode(), address
        assert part.content.strip(), address


def test_every_icon_a_page_asks_for_is_in_the_sprite(cast: Cast, client: Client):
    sprite = (BASE_DIR / "static" / "vendor" / "icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    asked: set[str] = set()
    for page in (*PAGES, "/search/", "/preferences/", f"/customers/{cast.acme.pk}/"):
        asked |= set(re.findall(r'icons\.\w+\.svg#([\w-]*)"', client.get(page).content.decode()))
    assert len(asked) > 25
    assert asked - drawn == set()
