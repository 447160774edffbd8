"""Where a reader of the feed stands, as text that says nothing to others."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

_MARK = b"changes:"
LATEST = "latest"  # instead of a cursor: from now on


def write_cursor(position: int) -> str:
    """The cursor of whoever has read up to and including the position."""
    return urlsafe_b64encode(_MARK + str(position).encode()).decode().rstrip("=")


def read_cursor(text: str) -> int | None:
    """The position; None when the text is no cursor of the feed."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return None
    digits = raw.removeprefix(_MARK)
    is_ours = raw.startswith(_MARK) and digits.isdigit() and len(digits) <= 18
    return int(digits) if is_ours and write_cursor(int(digits)) == text else None
