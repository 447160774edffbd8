"""What the rules of the file find, as sentences in the reader's language."""

from django.utils.translation import gettext_lazy as _

from customers.rules.uscc import LENGTH, Problem, Verdict

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


def uscc_sentence(verdict: Verdict) -> str:
    """What is wrong with the code, and how to set it right; "" when nothing is."""
    if verdict.problem is None:
        return ""
    return str(_USCC[verdict.problem]).format(
        found=verdict.found, expected=verdict.expected, length=LENGTH
    )
