"""Days inside sentences, in the reader's language."""

from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def day_label(day: date, today: date) -> str:
    """Today, Yesterday, or the date with its weekday; with the year when it is another one."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    same_year = day.year == today.year
    if _chinese():
        return formats.date_format(day, "n月j日 l" if same_year else "Y年n月j日 l")
    return formats.date_format(day, "D j M" if same_year else "D j M Y")


def day_text(day: date) -> str:
    """A date with its year inside a sentence."""
    if _chinese():
        return day.isoformat()
    return formats.date_format(day, "j M Y")


def month_text(day: date) -> str:
    """The month of a day, with its year."""
    return formats.date_format(day, "Y年n月" if _chinese() else "F Y")
