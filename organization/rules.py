"""One-time codes (RFC 6238), recovery codes, who needs a second factor, the names of devices."""

import base64
import hashlib
import hmac
import ipaddress
import re
import unicodedata
from collections.abc import Callable

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20  # as long as the digest, as RFC 4226 asks
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0/o, 1/l/i
_RECOVERY_LENGTH = 12
_BLANKS = re.compile(r"[\s-]")


def one_time_code(secret: bytes, step: int) -> str:
    """The six digits an authenticator app shows in this half minute (RFC 6238, SHA-1)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, code: str, seconds: int) -> int | None:
    """The time step the code belongs to: now, the one before or the next; else None.

    `seconds` is Unix time. Every candidate is compared, so that the time taken tells nothing.
    """
    now = seconds // STEP_SECONDS
    found = None
    for step in (max(now - 1, 0), now, now + 1):
        if hmac.compare_digest(one_time_code(secret, step).encode(), code.encode()):
            found = step
    return found


def tidy_code(typed: str) -> str:
    """A code as typed, without blanks and hyphens, full-width digits made plain."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", typed)).lower()


def is_one_time_code(code: str) -> bool:
    """Whether a tidied code looks like six digits, and not like a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def recovery_code(choose: Callable[[str], str]) -> str:
    """A new recovery code such as abcd-efgh-jkmn; `choose` picks one character of a text."""
    letters = "".join(choose(_ALPHABET) for _ in range(_RECOVERY_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _RECOVERY_LENGTH, 4))


def spelled(secret: bytes) -> str:
    """The secret as people type it into an app: Base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def counted_name(typed: str) -> str:
    """A user name as it is counted: spellings that look alike are one."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def counted_address(address: str) -> str:
    """An address as it is counted: a household has a whole /64 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


_BROWSERS = (  # the first that matches: many name themselves after others too
    ("MicroMessenger", "WeChat"),
    ("wxwork", "WeCom"),
    ("DingTalk", "DingTalk"),
    ("Lark", "Feishu"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(agent: str) -> tuple[str, str]:
    """Browser and system by the User-Agent header, each empty when it is not known."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return browser, system
