"""One spelling for names and phone numbers that people write in many ways. Pure Python.

`app_normalised_name` and `app_phone_digits` say the same in the database (migration 0011).
"""

import re
import unicodedata

import phonenumbers

# Blanks, punctuation and brackets of ASCII, Latin-1, Chinese typography; invisible characters.
_SEPARATORS = re.compile(
    r"[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf"
    r"\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u30fb\ufe00-\ufe6f\ufeff]+"
)
_ENGLISH_FORM = re.compile(
    r"(?: (?:co|company|corp|corporation|inc|incorporated|limited|llc|ltd|plc))+ ?$"
)
_CHINESE_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|股份公司|个体工商户|有限合伙|普通合伙|(?<![分子])公司)+$"
)
_EXTENSION = re.compile(r"(?:ext|x|转|分机|#).*", re.DOTALL)
_NOT_A_DIGIT = re.compile(r"[^0-9]+")
_COUNTRY = re.compile(r"^(?:00)?86(?=[0-9]{10,11}$)")


def normalised_name(text: str) -> str:
    """What of a company's name tells it from others, for comparing and finding.

    Full width, letter case, blanks, brackets and punctuation make no difference, nor does the legal
    form at the end (有限公司, Co., Ltd.): "华为技术（深圳）有限公司" is "华为技术深圳".
    A name made of nothing but a form stays whole; one made of nothing but signs is empty.
    """
    words = _SEPARATORS.sub(" ", unicodedata.normalize("NFKC", text).lower())
    whole = words.replace(" ", "")
    bare = _CHINESE_FORM.sub("", _ENGLISH_FORM.sub("", words).replace(" ", ""))
    return bare or whole


def phone_digits(text: str) -> str:
    """The digits one dials inside China: without country code, extension and signs."""
    number = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).lower())
    return _COUNTRY.sub("", _NOT_A_DIGIT.sub("", number))


def normalised_phone(text: str) -> str:
    """The number as +8613800138000 (E.164, China unless it says otherwise).

    What cannot be a phone number is answered by its digits, so that equal texts stay equal.
    """
    try:
        number = phonenumbers.parse(_EXTENSION.sub("", text.lower()), "CN")
    except phonenumbers.NumberParseException:
        return phone_digits(text)
    if not phonenumbers.is_possible_number(number):
        return phone_digits(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
