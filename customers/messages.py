"""What the rules of the file ask for and find, in the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.groups import GROUPS
from customers.models import Customer
from customers.rules.completeness import ITEMS, SECTION_OF
from customers.rules.uscc import LENGTH, Problem, Verdict

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
_USCC = {
    Problem.LENGTH: _("The code has {found} characters, it should have {length}."),
    Problem.CHARACTERS: _("“{found}” never occurs in such a code."),
    Problem.LOST_DIGITS: _(
        "A number cell has lost the last digits of this code: take it from the licence."
    ),
    Problem.CHECK_CHARACTER: _(
        "The check character does not fit: it is “{found}”, the rest asks for “{expected}”."
    ),
    Problem.ORGANISATION_CHECK: _(
        "The organisation code inside (characters 9 to 17) ends in “{found}”, “{expected}” would"
        " fit: compare it with the licence."
    ),
}


def item_label(item: str) -> Any:
    """The item as people call it."""
    return _OTHERS.get(item) or _FIELDS[item]


def section_label(section: str) -> Any:
    """The part of the file as people call it."""
    return GROUPS[section].label if section in GROUPS else _SECTIONS[section]


def item_choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """All items below their sections, for a form."""
    sections = dict.fromkeys(SECTION_OF.values())
    return [
        (section_label(section), [(i, item_label(i)) for i in ITEMS if SECTION_OF[i] == section])
        for section in sections
    ]


def uscc_sentence(verdict: Verdict) -> str:
    """What is wrong with the code, and how to set it right; "" when nothing is."""
    if verdict.problem is None:
        return ""
    return str(_USCC[verdict.problem]).format(
        found=verdict.found, expected=verdict.expected, length=LENGTH
    )
