"""Bodies are read whole before anything else, and refused for what would hurt later."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from api.problems import ProblemError
from api.services.answers import digest_of

MEGABYTE = 1024 * 1024
DEEPEST = 32
_LONGEST_NUMBER = 60
_LARGEST_EXPONENT = 30
_MAYBE_ODD = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_ODD = re.compile("[\0\ud800-\udfff]")


def _finite(text: str) -> Any:
    raise ProblemError("bad_number", _("{number} is no number of JSON.").format(number=text))


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise ProblemError("bad_number", _("A number has more than 60 digits."))
    return int(text)


def _fraction(text: str) -> Decimal:
    if len(text) > _LONGEST_NUMBER:
        raise ProblemError("bad_number", _("A number has more than 60 digits."))
    found = Decimal(text)
    if found and abs(found.adjusted()) > _LARGEST_EXPONENT:
        raise ProblemError("bad_number", _("A number is out of all bounds."))
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        detail = _("“{name}” stands twice in one object.").format(name=twice[:40])
        raise ProblemError("duplicate_key", detail)
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_fraction, parse_int=_whole, parse_constant=_finite
)


def parse_json(body: bytes) -> Any:
    """The value of a JSON text, fractions as Decimal; ProblemError with a code for what is none."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = _("Byte {place} is no UTF-8.").format(place=error.start)
        raise ProblemError("bad_encoding", detail) from error
    try:
        found = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        detail = _("Line {line}, column {column}: {what}").format(
            line=error.lineno, column=error.colno, what=error.msg
        )
        raise ProblemError("malformed_json", detail) from error
    except RecursionError as error:
        raise _too_deep() from error
    _check(found, texts=_MAYBE_ODD.search(body) is not None)
    return found


def _too_deep() -> ProblemError:
    detail = _("More than {most} levels of brackets.").format(most=DEEPEST)
    return ProblemError("too_deep", detail)


def _check(found: Any, *, texts: bool) -> None:
    """Depth of everything; with `texts` also each text, which only an escape can have made odd."""
    level = [found]
    for _depth in range(DEEPEST + 1):
        if texts and any(map(_is_odd, level)):
            raise ProblemError("bad_text", _("A text holds half a character, or NUL."))
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return
    raise _too_deep()


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.keys()
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _is_odd(value: Any) -> bool:
    return isinstance(value, str) and _ODD.search(value) is not None


def read_body(stream: Any, context: Mapping[str, Any] | None) -> bytes:
    """All of the body, noted on the request for the Idempotency-Key; ProblemError if too large."""
    view, request = (context or {})["view"], (context or {})["request"]
    most: int = view.most_bytes
    told = request.headers.get("Content-Length", "")
    length = int(told) if told.isdecimal() else 0
    body: bytes = b"" if length > most else stream.read(most + 1)
    if length > most or len(body) > most:
        megabytes = most // MEGABYTE
        detail = _("At most {megabytes} MB are taken here.").format(megabytes=megabytes)
        raise ProblemError("body_too_large", detail)
    request._request.body_digest = digest_of(body)
    return body


class JsonParser(BaseParser):
    """One JSON value."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value."""
        return parse_json(read_body(stream, parser_context))


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no JSON value, and why: the lines around it may be good."""

    code: str
    detail: str


class NdjsonParser(BaseParser):
    """One JSON value a line; a bad line stands as a BadLine in its place."""

    media_type = "application/x-ndjson"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The values, without empty lines."""
        lines = read_body(stream, parser_context).split(b"\n")
        return [_line(line) for line in lines if line.strip()]


def _line(line: bytes) -> Any:
    try:
        return parse_json(line)
    except ProblemError as error:
        return BadLine(error.code, error.detail)
