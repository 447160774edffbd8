"""One spelling for names and phone numbers, the same in Python and in the database."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.text import normalised_name, normalised_phone, phone_digits

NAMES = [
    ("华为技术（深圳）有限公司", "华为技术深圳"),
    ("华为技术(深圳) 有限公司", "华为技术深圳"),
    ("ＡＢＣ　物流有限责任公司", "abc物流"),
    ("ABC物流股份有限公司", "abc物流"),
    ("中国远洋海运集团有限公司", "中国远洋海运集团"),
    ("顺丰速运有限公司上海分公司", "顺丰速运有限公司上海分公司"),
    ("老王水果店（个体工商户）", "老王水果店"),
    ("Blue Water Co., Ltd.", "bluewater"),
    ("BLUE-WATER CO.,LTD", "bluewater"),
    ("Texaco", "texaco"),
    ("Limited Edition", "limitededition"),
    ("有限公司", "有限公司"),
    ("《·》", ""),
    ("", ""),
]
PHONES = [
    ("138 0013 8000", "13800138000"),
    ("+86 138-0013-8000", "13800138000"),
    ("0086 13800138000", "13800138000"),
    ("１３８００１３８０００", "13800138000"),
    ("(021) 6434 1234 转 801", "02164341234"),
    ("021-64341234 ext. 9", "02164341234"),
    ("8612", "8612"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "expected"), NAMES)
def test_names_in_one_spelling(written: str, expected: str):
    assert normalised_name(written) == expected
    assert normalised_name(expected) == expected


@pytest.mark.parametrize(("written", "expected"), PHONES)
def test_digits_one_dials(written: str, expected: str):
    assert phone_digits(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("021-64341234转801", "+862164341234"),
        ("+1 650 253 0000", "+16502530000"),
        ("12", "12"),
        ("ask the porter", ""),
    ],
)
def test_phones_in_one_spelling(written: str, expected: str):
    assert normalised_phone(written) == expected


_PIECES = [
    "有限公司",
    "公司",
    "分公司",
    "股份",
    " Co.",
    "Ltd",
    "（",
    "）",
    "　",
    "ext",
    "转",
    "86",
    "00",
]
TEXTS = st.lists(
    st.sampled_from(_PIECES) | st.text("aZéя1９中·。-/—ß\t\n☆", max_size=3), max_size=6
).map("".join)


class DatabaseTests(TestCase):
    """The database says what Python says."""

    @settings(deadline=None)
    @given(TEXTS)
    def test_the_same_in_the_database(self, text: str):
        with connection.cursor() as cursor:
            cursor.execute("SELECT app_normalised_name(%s), app_phone_digits(%s)", [text, text])
            found = cursor.fetchone()
        assert found == (normalised_name(text), phone_digits(text))
