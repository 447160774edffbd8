"""Receipts by keyboard: whose money it may be is told while one types, Enter books it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.desk import KEPT, DeskForm, read_amount
from contracts.models import BankLine, Receipt
from contracts.reports.matching import Guess, guesses
from contracts.services.payers import remember_payer
from contracts.views.receipts import entered
from core.formats import money_full
from core.htmx import done, show
from core.requests import PageRequest
from core.rules import ZERO
from core.tables.errors import CellError
from core.tables.fields import date
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

TEMPLATE = "contracts/desk.html"
SHOWN = 100
_TOLD = ("payer_name", "receipt_no")  # what may name a customer or a line
_GUESSED_FROM = (*_TOLD, "amount", "currency")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Posted:
    """A receipt of the day with what had come in by then, in its currency."""

    receipt: Receipt
    running: Decimal


@require_http_methods(["GET", "POST"])
def receipt_desk(request: PageRequest) -> HttpResponse:
    """A fresh form and the day's receipts; posting answers the next fresh form."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    today = timezone.localdate()
    if request.method != "POST":
        form = DeskForm(user=user, today=today, initial=_kept(request.GET, today))
        return show(request, TEMPLATE, "desk", _context(user, form, today))
    found = _guessed(user, request.POST)
    chosen = _chosen(request.POST, found)
    form = DeskForm(_completed(request.POST, chosen), user=user, today=today)
    receipt = entered(form, today)
    if receipt is None:
        # Shown as it was typed: a customer filled in by a guess would outlive what it was for.
        form.data = request.POST
        context = _context(user, form, today) | _shown(request.POST, found, chosen or _sure(found))
        return show(request, TEMPLATE, "desk", context, 422)
    if form.cleaned_data["remember"]:
        remember_payer(receipt.customer, form.cleaned_data["payer_name"], day=today)
    kept = {name: form.cleaned_data[name] for name in KEPT}
    fresh = DeskForm(user=user, today=today, initial=kept)
    day = kept["received_on"].isoformat()
    return done(
        request,
        _said(receipt),
        back=f"{reverse('receipt_desk')}?received_on={day}",
        undo=reverse("receipt_undo", args=[receipt.pk]),
        body=render_to_string(f"{TEMPLATE}#desk", _context(user, fresh, today), request)
        if request.htmx
        else "",
    )


def _kept(typed: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """The day the last receipt was of."""
    try:
        day = date().parse(str(typed.get("received_on", "")))
    except CellError:
        return {}
    return {"received_on": day} if day <= today else {}


def _guessed(user: User, typed: Mapping[str, Any]) -> list[Guess]:
    """Whose money it may be, as far as it is typed; best first."""
    amount = read_amount(str(typed.get("amount", "")))
    told = {name: str(typed.get(name, ""))[:_LONGEST] for name in _TOLD}
    if amount is None and not any(told.values()):
        return []
    line = BankLine(
        amount=amount or ZERO,
        currency=str(typed.get("currency", ""))[:3],
        payer_name=told["payer_name"].strip(),
        text=told["receipt_no"],
        is_incoming=True,
    )
    return guesses(user, [line])[line.pk]


def _chosen(typed: Mapping[str, Any], found: list[Guess]) -> Guess | None:
    """The guess that was chosen for what is typed, else who is sure.

    A choice made before payer, amount or number were changed counts only when it is sure now.
    """
    sure = _sure(found)
    code = typed.get("guess", "")
    if not code:
        return sure
    chosen = next((guess for guess in found if guess.customer.code == code), None)
    return chosen if chosen == sure or typed.get("guessed_from") == _guessed_from(typed) else None


def _sure(found: list[Guess]) -> Guess | None:
    return next((guess for guess in found if guess.suggestion.is_sure), None)


def _guessed_from(typed: Mapping[str, Any]) -> str:
    """What guesses follow from, as one text."""
    return "|".join(str(typed.get(name, "")) for name in _GUESSED_FROM)


def _completed(typed: QueryDict, chosen: Guess | None) -> QueryDict:
    """The form with the guessed customer, unless another one is typed."""
    data = typed.copy()
    if chosen is not None and not data.get("customer", "").strip():
        data["customer"], data["line"] = chosen.customer.code, chosen.suggestion.line_no
    return data


def _shown(typed: Mapping[str, Any], found: list[Guess], chosen: Guess | None) -> dict[str, Any]:
    """The guesses to choose from, and what they were told for."""
    return {"guesses": found, "chosen": chosen, "guessed_from": _guessed_from(typed)}


def _said(receipt: Receipt) -> str:
    message = _("{amount} booked for {customer}.")
    amount = money_full(receipt.amount, receipt.currency)
    return message.format(amount=amount, customer=receipt.customer.name)


def _context(user: User, form: DeskForm, today: dt.date) -> dict[str, Any]:
    """The form, and the receipts of its day, the latest first, each with the total by then."""
    day = form.cleaned_data.get("received_on") if form.is_bound else form.initial["received_on"]
    receipts = Receipt.objects.visible_to(user).filter(received_on=day or today, reversed_on=None)
    running: dict[str, Decimal] = {}
    posted = []
    for receipt in receipts.select_related("customer").order_by("pk"):
        running[receipt.currency] = running.get(receipt.currency, ZERO) + receipt.amount
        posted.append(Posted(receipt, running[receipt.currency]))
    return {
        "form": form,
        "follows": _GUESSED_FROM,
        "day": day or today,
        "posted": posted[::-1][:SHOWN],
        "count": len(posted),
        "totals": sorted(running.items()),
    }


@require_safe
def receipt_guesses(request: PageRequest) -> HttpResponse:
    """Whose money it may be, while the form is being filled in."""
    user = user_who_may(request, Action.RECORD_RECEIPT)
    found = _guessed(user, request.GET)
    context = _shown(request.GET, found, _sure(found))
    return render(request, "contracts/desk_guesses.html", context)
