"""The check of unified social credit codes (03 B12), on known codes and on public ones."""

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from customers.messages import uscc_sentence
from customers.rules.uscc import (
    ALPHABET,
    Problem,
    check_character,
    judge_uscc,
    organisation_check,
)
from segmentation.tests.public_data import raw

VALID = "91110000600037341L"


@pytest.mark.parametrize(
    "code",
    [VALID, "91440300568520498A", " 9111 0000 6000 37341l", "９１１１００００６０００３７３４１Ｌ"],
)
def test_a_code_from_a_licence_is_right_however_it_is_typed(code):
    verdict = judge_uscc(code)
    assert verdict.problem is None
    assert not verdict.is_error
    assert uscc_sentence(verdict) == ""


@pytest.mark.parametrize(
    ("code", "problem", "said"),
    [
        ("91110000600037341M", Problem.CHECK_CHARACTER, "it is “M”, the rest asks for “L”"),
        ("12345", Problem.LENGTH, "has 5 characters, it should have 18"),
        ("", Problem.LENGTH, "has 0 characters"),
        ("9111000060003IOZSV", Problem.CHARACTERS, "“IOZSV” never occurs"),
        ("9.11E+17", Problem.LOST_DIGITS, "number cell has lost the last digits"),
        ("1.21200004013591E+17", Problem.LOST_DIGITS, "take it from the licence"),
        ("121200004013591000", Problem.LOST_DIGITS, "number cell has lost the last digits"),
    ],
)
def test_what_is_wrong_is_said_in_words(code, problem, said):
    verdict = judge_uscc(code)
    assert verdict.problem is problem
    assert verdict.is_error
    with override("en"):
        assert said in uscc_sentence(verdict)


def _with_check(first: str) -> str:
    return first + check_character(first)


def test_a_miss_of_the_inner_check_is_a_warning_only():
    fits = organisation_check("60003734")
    wrong = next(sign for sign in "0123456789X" if sign != fits)
    verdict = judge_uscc(_with_check("91110000" + "60003734" + wrong))
    assert verdict.problem is Problem.ORGANISATION_CHECK
    assert not verdict.is_error


def test_a_code_may_begin_with_n():
    inner = "MA1K2B3C"
    assert judge_uscc(_with_check("N2110108" + inner + organisation_check(inner))).problem is None


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_no_single_wrong_character_passes(first, place, other):
    code = _with_check(first)
    assert not judge_uscc(code).is_error
    if code[place] != other:
        assert judge_uscc(code[:place] + other + code[place + 1 :]).is_error


@pytest.mark.data
def test_every_public_code_is_judged_as_its_file_says():
    reasons = {"length": Problem.LENGTH, "format": Problem.CHARACTERS,
               "check character": Problem.CHECK_CHARACTER}  # fmt: skip
    # Its compilers let no letter stand first; registers do (A, N, Y), but its check fails too.
    reasons_of = {"A1110000600037341L": Problem.CHECK_CHARACTER}
    rows = list(raw("china_uscc/uscc_codes.csv.gz"))
    assert len(rows) == 205
    for row in rows:
        verdict = judge_uscc(row["uscc"])
        assert verdict.is_error == (row["valid"] == "0"), row
        if verdict.is_error:
            assert verdict.problem is reasons_of.get(row["uscc"], reasons[row["why_invalid"]])
