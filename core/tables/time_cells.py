"""Pure functions for cells that hold days and moments. Without a zone: Asia/Shanghai (01 §2)."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from core.rules import YEARS
from core.tables.errors import CellError

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?|(?P<run>\d{4}))"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<part>\d{1,6})\d*)?)?"
_ZONE = r"(?P<zone>Z|[-+]\d{2}:?\d{2})?"
_DATE = re.compile(rf"{_DAY}(?:[T ]0{{1,2}}:00(?::00(?:\.0+)?)?)?", re.ASCII)
_MOMENT = re.compile(rf"{_DAY}(?:[T ]\s*{_CLOCK}\s*{_ZONE})?", re.ASCII)


def parse_date(cell: str) -> date:
    """Return the day of 2025-09-01, 2025/9/1, 20250901, 2025年9月1日 or a date cell of Excel."""
    if len(cell) == 10 and cell[4] == cell[7] == "-" and cell.isascii():
        try:
            day = date.fromisoformat(cell)
        except ValueError as error:
            raise CellError(_no_such_day(cell)) from error
        return _sane(day, cell)
    found = _DATE.fullmatch(_tidied(cell))
    if found is None:
        raise CellError(_no_date(cell))
    return _sane(_day_of(found, cell), cell)


def parse_datetime(cell: str) -> datetime:
    """Return the moment, aware and in UTC, of ISO with or without zone, or 2025/9/1 8:00."""
    if len(cell) >= 16 and cell[4] == cell[7] == "-" and cell[13] == ":" and cell.isascii():
        try:
            moment = datetime.fromisoformat(cell)
        except ValueError:
            moment = _tolerant_moment(cell)  # says what is wrong, or reads a rarer spelling
    else:
        moment = _tolerant_moment(cell)
    _sane(moment, cell)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


def write_date(value: date) -> str:
    """Return the day as ISO text."""
    return value.isoformat()


def write_datetime(value: datetime) -> str:
    """Return an aware moment as ISO text on Shanghai's clock."""
    return value.astimezone(SHANGHAI).isoformat()


def _tolerant_moment(cell: str) -> datetime:
    found = _MOMENT.fullmatch(_tidied(cell))
    if found is None:
        raise CellError(_no_moment(cell))
    day, parts = _day_of(found, cell), found.groupdict()
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    part = int((parts["part"] or "0").ljust(6, "0"))
    zone = datetime.strptime(parts["zone"], "%z").tzinfo if parts["zone"] else SHANGHAI
    try:
        return datetime.combine(day, time(hour, minute, second, part, zone))
    except ValueError as error:
        raise CellError(_no_moment(cell)) from error


def _day_of(found: re.Match[str], cell: str) -> date:
    run = found["run"]
    month, day = (run[:2], run[2:]) if run else (found["month"], found["day"])
    try:
        return date(int(found["year"]), int(month), int(day))
    except ValueError as error:
        raise CellError(_no_such_day(cell)) from error


def _sane(value: date, cell: str) -> date:
    if value.year not in YEARS:
        raise CellError(_("“{cell}” has an impossible year").format(cell=cell[:40]))
    return value


def _tidied(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _no_date(cell: str) -> str:
    return _("“{cell}” is not a date: write it like 2025-09-01").format(cell=cell[:40])


def _no_such_day(cell: str) -> str:
    return _("“{cell}” is not a day of the calendar: write it like 2025-09-01").format(
        cell=cell[:40]
    )


def _no_moment(cell: str) -> str:
    return _("“{cell}” is not a time: write it like 2025-09-01 08:00").format(cell=cell[:40])
