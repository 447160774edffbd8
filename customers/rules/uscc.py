"""The unified social credit code of GB 32100-2015 and what is wrong with one (B12). Pure Python."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
_ORGANISATION = slice(8, 17)  # the organisation code of GB 11714 with its own check character
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?1[0-9]")  # 9.11E+17
_CUT_OFF = re.compile(r"[0-9]{15}000")  # a number cell keeps 15 digits


class Problem(StrEnum):
    """What is wrong; the last one is only a warning."""

    LENGTH = "length"
    CHARACTERS = "characters"
    LOST_DIGITS = "lost_digits"
    CHECK_CHARACTER = "check_character"
    ORGANISATION_CHECK = "organisation_check"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A code in its usual spelling and what is wrong with it."""

    code: str
    problem: Problem | None = None
    expected: str = ""  # the check character that would fit
    found: str = ""  # the one that is there, or the characters that never occur

    @property
    def is_error(self) -> bool:
        """Whether no register gives out such a code."""
        return self.problem not in (None, Problem.ORGANISATION_CHECK)


def judge_uscc(text: str) -> Verdict:
    """The verdict on a code as people write it: case, width and blanks do not matter."""
    code = re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", text).upper())
    if _SCIENTIFIC.fullmatch(code):
        return Verdict(code, Problem.LOST_DIGITS)
    if len(code) != LENGTH:
        return Verdict(code, Problem.LENGTH, found=str(len(code)))
    if strange := "".join(dict.fromkeys(sign for sign in code if sign not in ALPHABET)):
        return Verdict(code, Problem.CHARACTERS, found=strange)
    expected = check_character(code)
    if code[-1] != expected:
        problem = Problem.LOST_DIGITS if _CUT_OFF.fullmatch(code) else Problem.CHECK_CHARACTER
        return Verdict(code, problem, expected, code[-1])
    organisation = code[_ORGANISATION]
    expected = organisation_check(organisation)
    if organisation[-1] != expected:
        return Verdict(code, Problem.ORGANISATION_CHECK, expected, organisation[-1])
    return Verdict(code)


def check_character(code: str) -> str:
    """The 18th character that fits the first 17."""
    total = sum(ALPHABET.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return ALPHABET[-total % 31]


def organisation_check(organisation: str) -> str:
    """The ninth character of an organisation code that fits its first eight (GB 11714)."""
    values = (_ORGANISATION_ALPHABET.index(sign) for sign in organisation[:8])
    pairs = zip(values, _ORGANISATION_WEIGHTS, strict=True)
    check = -sum(value * weight for value, weight in pairs) % 11
    return "X" if check == 10 else str(check)
