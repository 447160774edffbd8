"""The Chinese catalogue: every column and choice can be told from its neighbours; typography."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from core.tables.schema import Column, Schema
from core.tables.text_cells import folded
from tests.catalogues import Entry, read_po
from tests.code import DOMAIN_APPS
from workspace.exports import EXPORTS
from workspace.imports import IMPORTS

LANGUAGES = [code for code, _name in settings.LANGUAGES]
CATALOGUE = Path(settings.BASE_DIR, "locale", "zh_Hans", "LC_MESSAGES", "django.po")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]|\{\w*\}")
LEFT_ENGLISH = {"API", "English", "NPS", "Redis"}  # called so in Chinese as well


def doubled(labels: list[str]) -> list[str]:
    return [label for label, times in Counter(labels).items() if times > 1]


def labels_of(columns: tuple[Column, ...], language: str) -> list[str]:
    with override(language):
        return [folded(str(column.label)) for column in columns]


@pytest.mark.parametrize("kind", sorted(IMPORTS))
def test_a_file_with_chinese_or_english_labels_is_taken_like_one_with_names(kind):
    schema = IMPORTS[kind].schema
    names = [column.name for column in schema.columns]
    assert schema.match(names) == names
    for language in LANGUAGES:
        with override(language):
            labels = [str(column.label) for column in schema.columns]
        assert schema.match(labels) == names
        half_width = [label.replace("（", "(").replace("）", ")") for label in labels]
        assert schema.match(half_width) == names


@pytest.mark.parametrize("kind", sorted(EXPORTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_a_kind_are_called_alike(kind, language):
    assert doubled(labels_of(tuple(EXPORTS[kind].columns), language)) == []


def test_columns_called_alike_are_found():
    columns = IMPORTS["notes"].schema.columns
    assert doubled(labels_of((*columns, columns[0]), "zh-hans")) == ["记录编号"]
    with pytest.raises(ValueError, match="names two columns"):
        _ = Schema("notes", (*columns, Column("no", columns[0].label, columns[0].type)), ()).words


def test_the_choices_of_a_field_are_told_apart_in_both_languages():
    alike = {}
    for field in (f for m in apps.get_models() for f in m._meta.concrete_fields if f.choices):
        if field.model._meta.app_label not in {*DOMAIN_APPS, "core"}:
            continue
        for language in LANGUAGES:
            with override(language):
                if found := doubled([folded(str(label)) for _value, label in field.flatchoices]):
                    alike[f"{field.model.__name__}.{field.name} {language}"] = found
    assert alike == {}


def spoiled(entry: Entry) -> bool:
    """Whether a translation has lost or invented a placeholder."""
    sources = [entry.message, entry.plural] if entry.plural else [entry.message]
    wanted = [set(PLACEHOLDER.findall(source)) for source in sources]
    return any(set(PLACEHOLDER.findall(text)) not in wanted for text in entry.strings)


def ill_set(text: str) -> bool:
    """Chinese beside a digit, a Latin letter or a placeholder without a space, or half-width marks.

    Of two characters side by side one is Chinese: then the other is no Latin letter, digit or
    edge of a placeholder, nor a half-width comma, colon, semicolon, mark or parenthesis.
    """
    plain = PLACEHOLDER.sub("0", re.sub(r"<[^>]+>", "", text))
    mixed = re.compile(r"[0-9A-Za-z,:;?!()]")
    chinese = re.compile(r"[\u4e00-\u9fff]")
    pairs = pairwise(plain)
    return any(
        (chinese.match(a) and mixed.match(b)) or (mixed.match(a) and chinese.match(b))
        for a, b in pairs
    )


def test_translations_keep_the_placeholders_of_the_source():
    assert [entry.message for entry in read_po(CATALOGUE) if spoiled(entry)] == []


def test_chinese_is_set_with_full_width_marks_and_a_space_before_digits_and_latin():
    texts = [text for entry in read_po(CATALOGUE) for text in entry.strings]
    # The comma of yesno; a Chinese word stands for the dimension.
    assert {text for text in texts if ill_set(text)} == {"是,否", "按%(dimension)s"}


def test_translations_are_chinese():
    left = [
        entry.message
        for entry in read_po(CATALOGUE)
        if entry.strings[0] == entry.message and re.search("[A-Za-z]", entry.message)
    ]
    assert set(left) <= LEFT_ENGLISH


def test_a_password_too_short_is_refused_in_chinese():
    with override("zh-hans"), pytest.raises(ValidationError) as caught:
        validate_password("short")
    assert "密码太短了，至少要有 10 个字符。" in caught.value.messages


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("第 {line} 行：“{cell}”不是数字", False),
        ("第{line} 行", True),
        ("共 3 行,请核对", True),
        ("近12 个月", True),
        ("重量（kg）", False),
        ("重量(kg)", True),
    ],
)
def test_how_chinese_is_set_is_checked(text, wrong):
    assert ill_set(text) is wrong
    assert spoiled(Entry(None, "line {line}", "", ("第 {row} 行",), fuzzy=False))
    assert not spoiled(Entry(None, "line {line}", "", ("第 {line} 行",), fuzzy=False))
