"""Letters that ask for overdue money: previewed for one customer or several, written, printed."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms import LetterForm
from contracts.models import Letter
from contracts.reports.overdue import billing_contacts, demands
from contracts.services.letter_mail import send_again
from contracts.services.letters import MOST_AT_ONCE, compose, write_letters
from core import mail
from core.errors import RefusedError
from core.htmx import refused, reload_at
from core.requests import PageRequest
from customers.models import Contact
from customers.reports.people import person_name
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can


@require_http_methods(["GET", "POST"])
def letters_new(request: PageRequest) -> HttpResponse:
    """What would be written to the customers of `?customer=`, those one may not see left out."""
    user = user_who_may(request, Action.WRITE_LETTER)
    data = request.POST if request.method == "POST" else request.GET
    ids = _ids(data.getlist("customer"))
    by_mail = mail.is_set_up()
    form = LetterForm({"language": "zh-hans"} | data.dict(), by_mail=by_mail)
    found = demands(user, ids[:MOST_AT_ONCE], timezone.localdate())
    contacts = billing_contacts(user, ids) if by_mail else {}
    letters = compose(found, form.wish(), contacts, today=timezone.localdate())
    if request.method == "POST":
        return _written(request, user, letters)
    context = {
        "form": form,
        "letters": [_told(user, letter) for letter in letters],
        "customers": sorted({letter.customer_id for letter in letters}),
        "too_many": len(ids) > MOST_AT_ONCE and MOST_AT_ONCE,
        "batch": uuid.uuid4(),
        "by_mail": by_mail,
    }
    return render(request, "contracts/letters_new.html", context)


def _written(request: PageRequest, user: User, letters: list[Letter]) -> HttpResponse:
    """Keep them and show them to be printed."""
    try:
        batch = uuid.UUID(request.POST.get("batch", ""))
    except ValueError:
        batch = None
    if batch is None or not letters:
        message = _("Nothing is overdue any more that a letter could ask for.")
        return refused(request, message, back=reverse("collections"))
    write_letters(letters, batch=batch, actor=user)
    n = len(letters)
    said = ngettext("{n} letter stands in the file.", "{n} letters stand in the files.", n)
    return reload_at(request, reverse("letters", args=[batch]), said.format(n=n))


@require_safe
def letters(request: PageRequest, batch: uuid.UUID) -> HttpResponse:
    """Letters that were written together, as they were written, to be printed."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    rows = Letter.objects.visible_to(user).filter(batch=batch)
    found = list(rows.select_related("customer", "contact", "written_by").order_by("pk"))
    if not found:
        raise Http404
    context = {
        "letters": [_told(user, letter) for letter in found],
        "first": found[0],
        "may_send": mail.is_set_up() and can(user, Action.WRITE_LETTER),
    }
    return render(request, "contracts/letters.html", context)


@require_POST
def letter_again(request: PageRequest, pk: int) -> HttpResponse:
    """Send a letter again that the mail server did not take."""
    user = user_who_may(request, Action.WRITE_LETTER)
    letter = get_object_or_404(Letter.objects.visible_to(user), pk=pk)
    page = reverse("letters", args=[letter.batch])
    try:
        send_again(letter)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=page)
    return reload_at(request, page, _("The letter waits for the mail server."))


def _told(user: User, letter: Letter) -> dict[str, Any]:
    """A letter with its lines, and who gets it as the reader may see them."""
    contact: Contact | None = letter.contact
    lines = [
        {
            "line_no": line["line_no"],
            "due_on": dt.date.fromisoformat(line["due_on"]),
            "days": line["days"],
            "amount": Decimal(line["amount"]),
            "interest": Decimal(line["interest"]),
        }
        for line in letter.lines
    ]
    return {"letter": letter, "lines": lines, "to": person_name(user, contact) if contact else ""}


def _ids(texts: list[str]) -> list[int]:
    """The customers (ids) asked for, each once."""
    return list(dict.fromkeys(int(text) for text in texts if text.isdecimal() and len(text) < 19))
