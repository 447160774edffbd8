"""R22: text that people store stays text on every page.

Every free text of every row is hostile; what the pages make of it is read as a browser reads it.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, Field, JSONField, Model, TextField
from django.utils.html import escape

from conftest import as_role
from tests.cast import Cast
from tests.routes import PAGES
from tests.visiting import address, body, go, signed_in

pytestmark = pytest.mark.django_db

OUR_APPS = {"organization", "customers", "engagement", "shipments", "contracts", "surveys"}
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "` onmouseover=`alert(1)",
    '" autofocus onfocus=alert(1) x="',
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe src=javascript:alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<!--><script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example/>",
    "<form action=//evil.example/><button>x",
    "<hx-partial hx-target=body>x</hx-partial>",
    '" hx-get="/sign-out/" x="',
    "\u2028</p><math><mi xlink:href=javascript:alert(1)>",
)
TURNS = 4  # a quarter of the texts apart
SHORTEST = 20  # of columns that can hold something hostile
_NEVER = {"iframe", "base", "math", "style", "object", "embed", "img"}


class Reader(HTMLParser):
    """Notes what would run or lead away."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A tag that no page of ours has, or an attribute that does something."""
        values = {name: value or "" for name, value in attributes}
        is_data = tag == "script" and values.get("type") == "application/json"
        if tag in _NEVER or (tag == "script" and "src" not in values and not is_data):
            self.dangers.append(f"<{tag}>")
        for name, value in values.items():
            leads_away = re.match(r"\s*(javascript|data|vbscript):|//", value, re.I)
            if name.startswith("on") or (name in {"href", "src", "action"} and leads_away):
                self.dangers.append(f"{name}={value}")
            if name == "hx-get" and value == "/sign-out/":
                self.dangers.append("hx-get of a stranger")


@pytest.mark.parametrize("turn", range(TURNS))
def test_hostile_text_stays_text(cast: Cast, written: None, turn: int):
    """Each column has another text, and each turn gives it the next ones."""
    with as_role("postgres"), connection.cursor() as cursor:  # also what nobody may change
        cursor.execute("SET LOCAL session_replication_role = replica")
        changed = _write_everywhere(turn)
        cursor.execute("SET LOCAL session_replication_role = origin")
    dangers, seen = [], set()
    for role in ("branch_manager", "administrator"):
        for route, page in _pages(cast, role):
            seen |= {text for text in HOSTILE if escape(text) in page}
            reader = Reader()
            reader.feed(page)
            dangers += [f"{route}: {danger}" for danger in reader.dangers]
    assert dangers == []
    assert changed > 40
    assert len(seen) > 10  # they stand on pages, as text


def _pages(cast: Cast, role: str) -> Iterator[tuple[str, str]]:
    """Every page the role opens."""
    client = signed_in(cast, role)
    for route, visits in PAGES.items():
        for visit in visits:
            if visit.method != "get" or role not in visit.allowed or visit.answer != 200:
                continue
            answer = go(client, visit, address(route, visit, pk=cast.acme.pk))
            if answer["Content-Type"].startswith("text/html"):
                yield route, body(answer).decode()


@pytest.mark.parametrize("text", HOSTILE[:12])
def test_the_reader_sees_what_is_not_escaped(text: str):
    """The negative control: the same text, careless."""
    reader = Reader()
    for careless in ("<p>{}</p>", '<p title="{}">', "<p title='{}'>", "<p title={}>"):
        reader.feed(careless.format(text) + '<a href="{}">x</a>'.format(text.replace('"', "")))
    assert reader.dangers != []


def _write_everywhere(turn: int) -> int:
    """Fill the free text of all rows; returns how many columns that were."""
    column = 0
    for model in apps.get_models():
        if model._meta.app_label not in OUR_APPS or not model._meta.managed:
            continue
        values = {}
        for field in _free_texts(model):
            text = HOSTILE[(column + turn * len(HOSTILE) // TURNS) % len(HOSTILE)]
            values[field.name] = text[: field.max_length]
            column += 1
        if values:
            model._default_manager.update(**values)
    return column


def _free_texts(model: type[Model]) -> list[Field[Any, Any]]:
    """Columns that hold whatever people write."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not isinstance(field, JSONField)
        and not field.choices
        and not field.unique
        and not field.primary_key
        and field.name not in _WITH_A_SHAPE
        and (field.max_length is None or field.max_length >= SHORTEST)
    ]


_WITH_A_SHAPE = {
    "currency",
    "password",
    "session_data",
    "language",
    "path",
    "theme",
    "density",
    "mobile",
}
