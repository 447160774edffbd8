"""One-time codes, recovery codes, what is counted together, names of devices."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organization import rules

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [  # RFC 6238, appendix B, SHA-1: the last six of its eight digits
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str):
    assert rules.one_time_code(SECRET, seconds // 30) == code
    assert rules.step_of(SECRET, code, seconds) == seconds // 30


def test_a_code_is_good_half_a_minute_before_and_after_and_no_longer():
    code = rules.one_time_code(SECRET, 100)
    good = [step for step in range(95, 106) if rules.step_of(SECRET, code, step * 30) is not None]
    assert good == [99, 100, 101]
    assert rules.step_of(SECRET, code, 101 * 30) == 100


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=12), st.integers(min_value=0, max_value=2**33))
def test_nothing_that_is_typed_breaks_the_check(typed: str, seconds: int):
    code = rules.tidy_code(typed)
    found = rules.step_of(SECRET, code, seconds)
    assert found is None or rules.one_time_code(SECRET, found) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("123 456", "123456"), ("１２３４５６", "123456"), ("ABCD-efgh-JKMN", "abcdefghjkmn")],
)
def test_codes_are_read_however_they_are_typed(typed: str, code: str):
    assert rules.tidy_code(typed) == code


def test_recovery_codes_have_no_letters_that_look_alike():
    codes = [rules.recovery_code(lambda letters, n=n: letters[n % len(letters)]) for n in range(40)]
    assert codes[0] == "aaaa-aaaa-aaaa"
    assert not set("01oil") & set("".join(codes))
    assert not any(rules.is_one_time_code(rules.tidy_code(code)) for code in codes)


def test_a_key_is_spelled_in_groups_of_four():
    assert rules.spelled(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


@pytest.mark.parametrize(
    ("one", "other"), [("alice", "Alice"), ("alice", " ALICE "), ("alice", "ａｌｉｃｅ")]
)
def test_spellings_that_look_alike_are_counted_together(one: str, other: str):
    assert rules.counted_name(one) == rules.counted_name(other)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("nonsense", ""),
    ],
)
def test_a_household_is_one_address(address: str, counted: str):
    assert rules.counted_address(address) == counted


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            " Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/116.0.0.0 Mobile"
            " Safari/537.36 XWEB/1160083 MMWEBSDK/20231202 MicroMessenger/8.0.47",
            ("WeChat", "Android"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
            " Version/17.4 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
         ("Firefox", "Linux")),
        ("curl/8.0", ("", "")),
        ("", ("", "")),
    ],
)  # fmt: skip
def test_devices_have_the_names_people_know(agent: str, device: tuple[str, str]):
    assert rules.device(agent) == device
