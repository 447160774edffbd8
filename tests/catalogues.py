"""Reading gettext catalogues without gettext's programs."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One message of a .po file; `strings` has one text, or one for each plural form."""

    context: str | None
    message: str
    plural: str
    strings: tuple[str, ...]
    fuzzy: bool

    @property
    def key(self) -> str:
        """As a compiled catalogue names it."""
        return self.message if self.context is None else f"{self.context}\x04{self.message}"


_FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(".*")$')


def read_po(path: Path) -> list[Entry]:
    """All messages in use, without the header."""
    blocks = re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
    entries = [entry for block in blocks if (entry := _entry(block))]
    return [entry for entry in entries if entry.message]


def _entry(block: str) -> Entry | None:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if match := _FIELD.match(line):
            name = match[1]
            fields[name] = ast.literal_eval(match[2])
        elif line.startswith('"'):
            fields[name] += ast.literal_eval(line)
    if "msgid" not in fields:
        return None
    strings = tuple(text for field, text in fields.items() if field.startswith("msgstr"))
    fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block.splitlines())
    plural = fields.get("msgid_plural", "")
    return Entry(fields.get("msgctxt"), fields["msgid"], plural, strings, fuzzy)
