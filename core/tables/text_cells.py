"""Pure functions for cells that hold words: text, identifiers, choices, yes and no."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from django.db.models import Choices
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from core.tables.errors import CellError

LANGUAGES = ("en", "zh-hans")
# Controls, halves of surrogate pairs, non-characters: nobody types them, Postgres or Excel choke.
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FORBIDDEN_LONG = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Two codes that look the same must be the same, so what cannot be seen is refused in codes.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_TRUE = frozenset({"true", "yes", "y", "1", "是", "对"})
_FALSE = frozenset({"false", "no", "n", "0", "否", "不"})
_SEPARATORS = re.compile(r"[,，;；、|]")


def folded(text: str) -> str:
    """Return the text as compared: full width made half, case and outer space ignored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def in_all_languages(label: object) -> set[str]:
    """Return a translatable label as it reads in each language of the product."""
    words = set()
    for language in LANGUAGES:
        with override(language):
            words.add(str(label))
    return words


def listed(words: Iterable[str]) -> str:
    """Return the words with a comma between, as the reader's language sets it."""
    return pgettext("between the items of a list", ", ").join(words)


def named(name: str, label: object) -> str:
    """Return an English name of ours; with its label for those who read another language."""
    if (get_language() or "en").startswith("en"):
        return name
    return _("{label} ({name})").format(label=label, name=name)


def text_parser(max_length: int, *, lines: bool = False) -> Callable[[str], str]:
    """Return a parser of text up to `max_length` characters; `lines`: line breaks and tabs too."""
    forbidden = _FORBIDDEN_LONG if lines else _FORBIDDEN

    def parse(cell: str) -> str:
        if len(cell) > max_length:
            raise CellError(_too_long(cell, max_length))
        if not cell.isprintable() and (found := forbidden.search(cell)):
            raise CellError(_bad_character(found.group()))
        return cell

    return parse


def code_parser(max_length: int) -> Callable[[str], str]:
    """Return a parser of identifiers: text on one line without invisible characters."""
    plain = text_parser(max_length)

    def parse(cell: str) -> str:
        code = plain(cell)
        if not code.isascii() and (found := _INVISIBLE.search(code)):
            raise CellError(_bad_character(found.group()))
        return code

    return parse


def choice_parser(choices: type[Choices]) -> Callable[[str], str]:
    """Return a parser that takes a choice by its value or by its English or Chinese label."""
    known: dict[str, str] = {}

    def parse(cell: str) -> str:
        if not known:  # labels are translated at first use: catalogues are loaded by then
            known.update(_choice_words(choices))
        value = known.get(cell)
        if value is None:
            value = known.get(folded(cell))
        if value is None:
            raise CellError(_unknown_choice(cell, choices))
        return value

    return parse


def parse_boolean(cell: str) -> bool:
    """Return the truth of true/false, yes/no, 1/0, 是/否."""
    word = folded(cell)
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise CellError(
        _("“{cell}” is neither yes nor no: write true or false").format(cell=_short(cell))
    )


def parse_tags(cell: str) -> list[str]:
    """Return the words between commas, semicolons or 、 in the order written, each once."""
    plain = text_parser(100)
    words = (word.strip() for word in _SEPARATORS.split(cell))
    return list(dict.fromkeys(plain(word) for word in words if word))


def currency_parser() -> Callable[[str], str]:
    """Return a parser of ISO 4217 letters such as CNY."""

    def parse(cell: str) -> str:
        code = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
        code = code.upper()
        if len(code) == 3 and code.isascii() and code.isalpha():
            return code
        raise CellError(
            _("“{cell}” is not a currency: write three letters such as CNY").format(
                cell=_short(cell)
            )
        )

    return parse


def _choice_words(choices: type[Choices]) -> Mapping[str, str]:
    words: dict[str, str] = {}
    pairs = [(str(value), label) for value, label in choices.choices]
    for value, label in pairs:
        for word in in_all_languages(label):
            words.setdefault(folded(word), value)
    for (
        value,
        _label,
    ) in pairs:  # a stored value always means itself, whatever a label says
        words[value] = value
        words[folded(value)] = value
    return words


def choice_words(choices: type[Choices]) -> str:
    """Return what may be written for a choice, as a list."""
    return listed(named(str(value), label) for value, label in choices.choices)


def _unknown_choice(cell: str, choices: type[Choices]) -> str:
    words = choice_words(choices)
    return _("“{cell}” is not one of: {choices}").format(cell=_short(cell), choices=words)


def _too_long(cell: str, max_length: int) -> str:
    return _("{length} characters, at most {limit} are taken").format(
        length=len(cell), limit=max_length
    )


def _bad_character(character: str) -> str:
    if character in "\r\n\u2028\u2029":
        return _("a line break is not allowed here: write it on one line")
    return _("an invisible character (U+{code}) is not allowed: retype the text").format(
        code=f"{ord(character):04X}"
    )


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:39] + "…"
