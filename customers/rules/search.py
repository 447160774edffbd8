"""What a typed text is looked for as. Pure Python."""

import re
import unicodedata

from core.text import normalised_name, phone_digits

LONGEST = 24  # signs of a key
LEAST_TAIL = 4  # digits of the end of a phone number
LEAST_BEGINNING = 7  # digits of its beginning
_HALF_TYPED_FORM = re.compile(r"(?<=.)(?:股份有?限?公?|有限责?任?公?)$")
_NUMBER = re.compile(r"[0-9+() -]+")


def search_term(text: str) -> str:
    """The text as names are kept: 蓝汀医药有限 is 蓝汀医药, LÜ is lv; "" finds nothing."""
    bare = normalised_name(text).replace("ü", "v")
    return _HALF_TYPED_FORM.sub("", bare)[:LONGEST]


def phone_term(text: str) -> str:
    """The digits of a text that can be the end or the beginning of a phone number, else ""."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    digits = phone_digits(tidy) if _NUMBER.fullmatch(tidy) else ""
    return digits[:LONGEST] if len(digits) >= LEAST_TAIL else ""
