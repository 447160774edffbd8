"""A customer's statement of account: on the screen, on paper, as a file."""

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from contracts.models import Letter
from contracts.reports.account import Account, Entry, accounts
from core.form_fields import DayField, DayInput
from core.requests import PageRequest
from core.rules import add_months
from core.tables import fields
from core.tables.download import CONTENT_TYPES, download
from core.tables.schema import Column
from customers.access import open_file
from organization.access import confirm_first, user_who_may
from organization.permissions import Action, can

ENTRIES: dict[Entry, Any] = {
    Entry.LINE: gettext_lazy("Plan line"),
    Entry.REFUND: gettext_lazy("Refund"),
    Entry.WRITTEN_OFF: gettext_lazy("Written off"),
    Entry.RECEIPT: gettext_lazy("Receipt"),
    Entry.REVERSAL: gettext_lazy("Receipt reversed"),
}
_MONTHS = 3
_LETTERS = 12  # the latest
COLUMNS = (
    Column("currency", gettext_lazy("Currency"), fields.currency()),
    Column("on", gettext_lazy("Day"), fields.date()),
    Column("entry", gettext_lazy("Entry"), fields.text()),
    Column("number", gettext_lazy("Number"), fields.text()),
    Column("amount", gettext_lazy("Amount"), fields.money()),
    Column("balance", gettext_lazy("Balance"), fields.money()),
)


class RangeForm(forms.Form):
    """Between which days; three months by default."""

    first = DayField(label=pgettext_lazy("a day", "from"), widget=DayInput({"class": "in"}))
    last = DayField(label=pgettext_lazy("a day", "to"), widget=DayInput({"class": "in"}))

    def clean(self) -> dict[str, Any]:
        """The first day comes first."""
        data = super().clean() or {}
        if "first" in data and "last" in data and data["first"] > data["last"]:
            self.add_error("last", _("The last day lies before the first."))
        return data


def _range(query: Any) -> tuple[RangeForm, dt.date, dt.date]:
    """The form of an address, and its days; three months to today where it says nothing."""
    today = timezone.localdate()
    known = {"first": add_months(today.replace(day=1), 1 - _MONTHS), "last": today}
    asked = {name: query[name] for name in known if query.get(name)}
    form = RangeForm({**{name: day.isoformat() for name, day in known.items()}, **asked})
    if form.is_valid():
        return form, form.cleaned_data["first"], form.cleaned_data["last"]
    return form, known["first"], known["last"]


@require_safe
def account(request: PageRequest, pk: int) -> HttpResponse:
    """The statement between two days, a table for each currency."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    customer = open_file(user, pk)
    form, first, last = _range(request.GET)
    context = {
        "customer": customer,
        "form": form,
        "first": first,
        "last": last,
        "accounts": [_told(each) for each in accounts(customer, first, last)],
        "may_export": can(user, Action.EXPORT),
        "letters": Letter.objects.visible_to(user)
        .filter(customer=customer)
        .select_related("written_by")[:_LETTERS],
        "may_write": can(user, Action.WRITE_LETTER),
        "may_charge": can(user, Action.APPROVE_INTEREST),
    }
    return render(request, "workspace/collecting/account.html", context)


@require_safe
@confirm_first(back="account", same=["pk"])
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The movements as a file, `kind` csv or xlsx."""
    user = user_who_may(request, Action.EXPORT)
    customer = open_file(user, pk)
    if kind not in CONTENT_TYPES:
        raise Http404
    _form, first, last = _range(request.GET)
    rows = (row for each in accounts(customer, first, last) for row in _cells(each))
    return download(kind, COLUMNS, rows, f"account-{customer.code}-{last}")


def _told(account: Account) -> tuple[Account, list[tuple[Any, Any]]]:
    """The account, and its rows each with the name of its entry."""
    return account, [(row, ENTRIES[row.movement.entry]) for row in account.rows]


def _cells(account: Account) -> list[tuple[Any, ...]]:
    return [
        (
            account.currency,
            row.movement.on,
            str(ENTRIES[row.movement.entry]),
            row.movement.number,
            row.movement.amount,
            row.balance,
        )
        for row in account.rows
    ]
