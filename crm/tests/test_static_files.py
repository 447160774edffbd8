"""What a browser receives: names that change with the content, compressed, kept for ever."""

import gzip
import re
from typing import cast as as_type
from urllib.parse import urljoin

import brotli  # type: ignore[import-untyped]  # the library has no types
import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.http.response import HttpResponseBase
from django.test import Client

from crm.static_files import collect
from tests.cast import Cast
from tests.pages import client_of

ADDRESS = re.compile(r'(?:href|src|data-module|data-engine)="(/static/[^"#]+)')
PAGE_BYTES = 20 * 1024


@pytest.fixture
def anybody(client: Client) -> Client:
    """Somebody whose browser takes brotli."""
    client.defaults["HTTP_ACCEPT_ENCODING"] = "gzip, br"
    return client


def _files() -> ManifestStaticFilesStorage:
    """Asked for when a test runs: it reads its manifest once, and that is made before the first."""
    return as_type(ManifestStaticFilesStorage, staticfiles_storage)


def _fetch(client: Client, url: str) -> tuple[HttpResponseBase, bytes]:
    """The answer for a file, read to its end; closing it whole would end the test's transaction."""
    response = client.get(url)
    body = b"".join(getattr(response, "streaming_content", ()))
    for close in response._resource_closers:  # type: ignore[attr-defined]  # not in Django's types
        close()
    return response, body


def test_files_without_a_change_are_not_collected_again() -> None:
    assert collect() is False


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["css/app.css", "js/app.js", "vendor/htmx-4.0.1.min.js"])
def test_a_file_is_named_by_its_content_compressed_and_kept_for_ever(
    anybody: Client, name: str
) -> None:
    url = _files().url(name)
    stem, suffix = name.rsplit(".", 1)
    assert re.fullmatch(rf"/static/{stem}\.[0-9a-f]{{12}}\.{suffix}", url)
    response, body = _fetch(anybody, url)
    assert response["Content-Encoding"] == "br"
    assert "immutable" in response["Cache-Control"]
    with _files().open(_files().stored_name(name)) as stored:
        assert brotli.decompress(body) == stored.read()


@pytest.mark.django_db
def test_style_sheets_and_scripts_name_only_files_that_are_there(anybody: Client) -> None:
    found = 0
    for name in ("css/app.css", "css/admin-theme.css"):
        with _files().open(_files().stored_name(name)) as sheet:
            text = sheet.read().decode()
        for address in re.findall(r'url\("?(?!data:|#)([^")]+)"?\)', text):
            target = urljoin("/static/css/", address)
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", target), target
            assert _fetch(anybody, target)[0].status_code == 200, target
            found += 1
    assert found


def test_every_style_sheet_is_part_of_the_one_that_pages_load() -> None:
    with _files().open(_files().stored_name("css/app.css")) as sheet:
        text = sheet.read().decode()
    assert "@import" not in text
    sources = set((settings.BASE_DIR / "static" / "css").rglob("*.css"))
    apart = {"app.css", "admin-theme.css"}
    for source in (path for path in sources if path.name not in apart):
        assert source.read_text()[:100] in text, f"{source} is not imported by app.css"
    assert len(sources) > 30


@pytest.mark.django_db
def test_every_address_of_a_page_is_one_of_a_named_file(cast: Cast) -> None:
    client = client_of(cast.alice)
    page = client.get("/").content.decode()
    addresses = set(ADDRESS.findall(page))
    assert len(addresses) > 5
    for address in addresses:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address), address
        assert _fetch(client, address)[0].status_code == 200, address


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/customers/", "/components/"])
def test_a_page_is_compressed(cast: Cast, path: str) -> None:
    client = client_of(cast.alice)
    plain = client.get(path).content
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < PAGE_BYTES
    assert len(gzip.decompress(packed.content)) == len(plain)
