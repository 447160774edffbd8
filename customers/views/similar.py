"""While somebody types a new customer: who is there already."""

from dataclasses import dataclass

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.errors import RefusedError
from core.text import normalised_name
from customers.messages import uscc_sentence
from customers.models import Customer
from customers.rules.uscc import LENGTH, judge_uscc
from customers.services.lookup import Found, look_up
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

LEAST = 3  # signs of a name before likeness says anything
SHOWN = 5


class Like(Func):
    """Whether a name is like a normalised one (index customer_plain_name_trigram)."""

    template = "(app_normalised_name(%(expressions)s)"
    arg_joiner = ") %% "
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class Similar:
    """Files one sees, files elsewhere (only where), and what is wrong with the credit code."""

    seen: list[Customer]
    elsewhere: list[Found]
    uscc: str

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.seen or self.elsewhere or self.uscc)


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """The note below the form; empty when nobody is like that.

    With `elsewhere` about files one does not see: asked when a field is left, not at every pause,
    as each question is recorded and an hour has a limit.
    """
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    name, uscc = (request.GET.get(field, "").strip()[:200] for field in ("name", "uscc"))
    find = find_elsewhere if request.GET.get("elsewhere") else find_similar
    return render(request, "customers/similar.html", {"similar": find(user, name, uscc)})


def find_similar(user: User, name: str, uscc: str) -> Similar:
    """Of the files one sees: who has this credit code, this name or one like it."""
    verdict = judge_uscc(uscc) if uscc else None
    return Similar(
        seen=list(_seen(user, name, uscc)),
        elsewhere=[],
        uscc=uscc_sentence(verdict) if verdict and verdict.problem and len(uscc) >= LENGTH else "",
    )


def find_elsewhere(user: User, name: str, uscc: str) -> Similar:
    """Of the others: who is exactly this company."""
    found = _elsewhere(user, name, uscc)
    seen = Customer.objects.visible_to(user).filter(pk__in=[file.customer_id for file in found])
    known = set(seen.order_by().values_list("pk", flat=True))
    hidden = [file for file in found if file.customer_id not in known]
    return Similar(seen=[], elsewhere=hidden, uscc="")


def _seen(user: User, name: str, uscc: str) -> QuerySet[Customer]:
    files = Customer.objects.visible_to(user).unmerged().select_related("org_unit")
    plain = normalised_name(name)
    fits = Q(uscc=uscc.upper()) if len(uscc) == LENGTH else Q(pk__in=[])
    if len(plain) >= LEAST:
        files = files.alias(is_like=Like(F("name"), Value(plain)))
        fits |= Q(is_like=True)
    found: QuerySet[Customer] = files.filter(fits).order_by("name")[:SHOWN]
    return found


def _elsewhere(user: User, name: str, uscc: str) -> list[Found]:
    """Exactly this company, whoever owns it; nothing once too much was asked."""
    asked = [text for text in (name, uscc) if len(normalised_name(text)) > LEAST]
    try:
        found = [file for text in asked for file in look_up(text, actor=user)]
    except RefusedError:
        return []
    return list({file.customer_id: file for file in found}.values())
