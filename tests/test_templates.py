"""Pages fetch nothing from elsewhere and carry no code of their own (R21), read from sources."""

import re
from pathlib import Path

import pytest

from tests.code import BASE_DIR, PACKAGES, files, short

FORBIDDEN = {
    "an asset of another host": r"""(?:src|href|action|poster)\s*=\s*["']?\s*(?:https?:)?//""",
    "an inline style": r"""\sstyle\s*=|<style\b""",
    "an inline script": r"""<script\b(?![^>]*\bsrc\s*=)""",
    "an inline handler": r"""<[^>]*\son[a-z]+\s*=""",
    "a javascript: address": r"""javascript:""",
    "text that is not escaped": r"""\|\s*safe\b|autoescape\s+off""",
    "an export that would keep the question for the password as its file": (
        r"""<a\b[^>]*_export'[^>]*\sdownload[\s>]"""
    ),
}
EXCEPTIONS = {  # template -> why it may
    "templates/django/forms/field.html": "help texts come from code; the password rules are a list",
}


def templates() -> list[Path]:
    return [*files("*.html", "templates"), *files("*.html", *PACKAGES)]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    found = {
        short(path): match.group(0)
        for path in templates()
        if (match := re.search(FORBIDDEN[what], path.read_text(), re.IGNORECASE))
        and short(path) not in EXCEPTIONS
    }
    assert found == {}


def test_stylesheets_and_scripts_of_ours_fetch_nothing_from_elsewhere() -> None:
    address = re.compile(r"""(?:url\(|@import|import|fetch\(|from)\s*["']?\s*(?:https?:)?//""")
    found = [
        short(path)
        for pattern in ("*.css", "*.js")
        for path in files(pattern, "static")
        if address.search(path.read_text())
    ]
    assert found == []


def test_the_patterns_find_what_they_forbid() -> None:
    bad = {
        "an asset of another host": '<script src="https://cdn.example/x.js"></script>',
        "an inline style": '<p style="color:red">',
        "an inline script": "<script>alert(1)</script>",
        "an inline handler": '<button class="x" onclick="go()">',
        "a javascript: address": '<a href="javascript:go()">',
        "text that is not escaped": "{{ name|safe }}",
        "an export that would keep the question for the password as its file": (
            '<a class="btn" href="{% url \'x_export\' %}?{{ query }}" download>'
        ),
    }
    good = (
        '<script src="{% static \'js/x.js\' %}" defer></script><a href="/x" class="on">{{ on }}</a>'
    )
    for what, pattern in FORBIDDEN.items():
        assert re.search(pattern, bad[what], re.IGNORECASE)
        assert not re.search(pattern, good, re.IGNORECASE)
    assert (BASE_DIR / "templates").exists()
