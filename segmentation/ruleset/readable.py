"""Values of the rule document as a person reads them, and in what they are typed."""

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.formats import NOTHING, money_full
from core.rules import percent_digits
from customers.models import ManagerLevel


def readable_value(value: object, kind: str, unit: str = "") -> str:
    """A value of the document as a person reads it."""
    if value is None or value == []:
        return NOTHING
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    number = as_number(value)
    if number is None:
        return _words().get((kind, value), str(value))
    if kind == "percent":
        return f"{percent_digits(number)}%"
    if kind == "money":
        return money_full(number, settings.COMPANY_CURRENCY)
    return counted(number, unit)


def _words() -> dict[tuple[str, object], str]:
    """Values that are no numbers."""
    return {
        ("flag", True): pgettext("rule set", "Yes"),
        ("flag", False): pgettext("rule set", "No"),
        ("basis", "revenue"): _("Revenue"),
        ("basis", "margin"): _("Margin"),
        **{("manager", str(value)): str(label) for value, label in ManagerLevel.choices},
    }


def counted(number: Decimal | int, unit: str) -> str:
    """A number with its unit."""
    n, shown = int(number), f"{number:,}"
    sentences = {
        "days": ngettext("{count} day", "{count} days", n),
        "weeks": ngettext("{count} week", "{count} weeks", n),
        "days overdue": ngettext("{count} day overdue", "{count} days overdue", n),
        "hours": ngettext("{count} working hour", "{count} working hours", n),
        "nights": ngettext("{count} night", "{count} nights", n),
        "minutes": ngettext("{count} minute", "{count} minutes", n),
        "partners": ngettext("{count} partner", "{count} partners", n),
        "customers": ngettext("{count} customer", "{count} customers", n),
        "shipments": ngettext("{count} shipment", "{count} shipments", n),
        "gaps": ngettext("{count} gap", "{count} gaps", n),
        "usual gaps": ngettext("{count} usual gap", "{count} usual gaps", n),
        "points": ngettext("{count} point", "{count} points", n),
    }
    return sentences.get(unit, "{count}").format(count=shown)


def unit_label(kind: str, unit: str) -> str:
    """What stands beside a field: in what it is typed."""
    labels = {
        "percent": "%",
        "money": settings.COMPANY_CURRENCY,
        "days": _("days"),
        "weeks": _("weeks"),
        "days overdue": _("days overdue"),
        "hours": _("working hours"),
        "nights": _("nights"),
        "minutes": _("minutes"),
        "partners": _("partners"),
        "customers": _("customers"),
        "shipments": _("shipments"),
        "gaps": _("gaps"),
        "usual gaps": _("usual gaps"),
        "points": _("points of 100"),
    }
    return labels.get(kind) or labels.get(unit, "")


def stored_value(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def as_number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None
