"""What may be asked for in a file, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.groups import GROUPS
from customers.models import Customer
from customers.rules.completeness import ITEMS, SECTION_OF

_OTHERS: dict[str, Any] = {
    "shareholders": _("shareholders"),
    "contact": _("contact"),
    "decider": _("decider"),
    "second_contact": _("second contact"),
    "contract": _("contract that runs"),
}
_FIELDS = {field.name: field.verbose_name for field in Customer._meta.concrete_fields}
_SECTIONS: dict[str, Any] = {
    "people": _("Contacts"),
    "credit": pgettext_lazy("part of the file", "Credit"),
    "contract": _("Contracts"),
}


def item_label(item: str) -> Any:
    """The item as people call it."""
    return _OTHERS.get(item) or _FIELDS[item]


def section_label(section: str) -> Any:
    """The part of the file as people call it."""
    return GROUPS[section].label if section in GROUPS else _SECTIONS[section]


def choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """All items below their sections, for a form."""
    sections = dict.fromkeys(SECTION_OF.values())
    return [
        (section_label(section), [(i, item_label(i)) for i in ITEMS if SECTION_OF[i] == section])
        for section in sections
    ]
