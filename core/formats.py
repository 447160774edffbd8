"""How figures are written on pages (one table for both languages). Pure Python, exact decimals."""

from dataclasses import dataclass
from decimal import Decimal

from core.rules import percent, percent_digits, rounded

MINUS = "\u2212"
NOTHING = "\u2014"
_LEAST_TO_MASK = 9  # digits
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}


@dataclass(frozen=True, slots=True)
class Scale:
    """From `least` upwards amounts are written in units of `unit` with `places` decimals."""

    least: int
    unit: int
    places: int
    word: str


_CHINESE = (Scale(10**8, 10**8, 2, "亿"), Scale(10**4, 10**4, 1, "万"))
_ENGLISH = (
    Scale(10**9, 10**9, 2, "B"),
    Scale(10**6, 10**6, 2, "M"),
    Scale(10**4, 10**3, 0, "k"),
)


def currency_sign(currency: str) -> str:
    """What stands before the figure: a sign, or the three letters and a space."""
    return _SYMBOLS.get(currency, f"{currency}\u00a0")


def money_full(amount: Decimal, currency: str = "CNY") -> str:
    """¥1,284,300.50, with a true minus: ledgers, titles."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}{currency_sign(currency)}{abs(rounded(amount, 2)):,}"


def money_compact(amount: Decimal, currency: str = "CNY", *, chinese: bool) -> str:
    """¥128.4万 or ¥1.28M: what fits a list; whole units below ten thousand."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}{currency_sign(currency)}{_scaled(abs(amount), chinese=chinese)}"


def count_compact(number: int, *, chinese: bool) -> str:
    """3,482 or 1.2万 / 12k."""
    return _scaled(Decimal(number), chinese=chinese)


def _scaled(size: Decimal, *, chinese: bool) -> str:
    whole = rounded(size, 0)  # 9,999.60 is written like 10,000
    scales = _CHINESE if chinese else _ENGLISH
    for index, scale in enumerate(scales):
        if whole < scale.least:
            continue
        value = rounded(size / scale.unit, scale.places)
        if index and value * scale.unit >= scales[index - 1].unit:  # 999,999 is 1.00M, not 1,000k
            bigger = scales[index - 1]
            value, scale = rounded(size / bigger.unit, bigger.places), bigger  # noqa: PLW2901  # goes on with the changed value
        return f"{value:,}{scale.word}"
    return f"{whole:,}"


def signed(value: Decimal, places: int = 1) -> str:
    """+14.2, −6.4 or 0.0, half up."""
    shown = rounded(value, places)
    mark = MINUS if shown < 0 else "+" if shown > 0 else ""
    return f"{mark}{abs(shown)}"


def share_shown(fraction: Decimal, places: int | None = 1) -> str:
    """12.4% or −39.1%, half up; `places` None: all that it has."""
    digits = percent_digits(fraction) if places is None else str(percent(fraction, places))
    return f"{digits.replace('-', MINUS)}%"


def masked_phone(text: str) -> str:
    """138 **** 0021: enough to recognise a number, not to call it; short ones keep nothing."""
    digits = [character for character in text if character.isdecimal()]
    if len(digits) < _LEAST_TO_MASK:
        return "****" if text else ""
    return f"{''.join(digits[:3])} **** {''.join(digits[-4:])}"
