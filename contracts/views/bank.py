"""Bank statements: taken in, matched with customers, booked."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms import BankLineForm, BankStatementForm
from contracts.imports.bank import read_bank_statement
from contracts.models import BankLine
from contracts.reports.matching import guesses
from contracts.services import book_bank_line, put_back, set_aside, take_bank_statement
from contracts.services.bank import Taken
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import done, drawer_saved, refused, show
from core.keyset import Order, read_page
from core.requests import PageRequest
from core.tables.errors import TableError
from core.tables.fields import date
from core.uploads import on_disk
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

PAGE_SIZE = 40
BOOKED_AT_ONCE = 500
CHANGED = "bank-changed"
ORDER = Order("booked_on", descending=True, parse=date().parse)


@require_safe
def bank(request: PageRequest) -> HttpResponse:
    """The lines of a state, the latest first, each with whose it may be."""
    user = user_who_may(request, Action.MATCH_BANK_LINE)
    after = request.GET.get("after", "")
    context = _listed(user, request.GET.get("state", ""), after)
    if request.htmx and after:
        return show(request, "contracts/bank.html", "rows", context)
    last = BankLine.objects.visible_to(user).filter(uploaded_by=user).order_by("-pk").first()
    context |= {
        "form": BankStatementForm(initial={"account": last.account if last else ""}),
        "states": BankLine.State.choices,
        "waiting": BankLine.objects.visible_to(user).open().count(),
    }
    return show(request, "contracts/bank.html", "content", context)


def _listed(user: User, state: str, after: str) -> dict[str, Any]:
    state = state if state in BankLine.State.values else BankLine.State.OPEN
    found = (
        BankLine.objects.visible_to(user).filter(state=state).select_related("receipt__customer")
    )
    page = read_page(found, ORDER, after, PAGE_SIZE)
    suggested = guesses(user, [line for line in page.rows if line.is_incoming and not line.receipt])
    return {
        "state": state,
        "lines": [(line, suggested.get(line.pk, [])) for line in page.rows],
        "next": page.next,
    }


@require_POST
def bank_upload(request: PageRequest) -> HttpResponse:
    """Take a statement in; the same one again changes nothing."""
    user = user_who_may(request, Action.MATCH_BANK_LINE)
    form = BankStatementForm(request.POST, request.FILES)
    if form.is_valid() and user.org_unit is not None:
        try:
            rows = _read(form.cleaned_data["file"])
            account = form.cleaned_data["account"].strip()
            taken = take_bank_statement(rows, account=account, unit=user.org_unit, actor=user)
        except TableError as error:
            form.add_error("file", str(error))
        else:
            return done(request, _taken(taken), CHANGED, back=reverse("bank"))
    context = _listed(user, "", "") | {"form": form, "states": BankLine.State.choices}
    return show(request, "contracts/bank.html", "content", context, 422)


def _read(file: Any) -> list[dict[str, Any]]:
    with on_disk(file) as path:
        return read_bank_statement(path)


def _taken(taken: Taken) -> str:
    said = [ngettext("{n} new bank line.", "{n} new bank lines.", taken.new).format(n=taken.new)]
    if taken.recorded:
        message = ngettext(
            "{n} is a receipt recorded before.", "{n} are receipts recorded before.", taken.recorded
        )
        said.append(message.format(n=taken.recorded))
    if taken.known:
        message = ngettext("{n} was known already.", "{n} were known already.", taken.known)
        said.append(message.format(n=taken.known))
    if taken.conflicts:
        message = _("The bank told these before with another amount: {references}.")
        said.append(message.format(references=", ".join(taken.conflicts[:5])))
    return " ".join(said)


@require_POST
def bank_book(request: PageRequest) -> HttpResponse:
    """Book all lines whose first guess is sure."""
    user = user_who_may(request, Action.MATCH_BANK_LINE)
    today = timezone.localdate()
    lines = list(
        BankLine.objects.visible_to(user).open().order_by("booked_on", "pk")[:BOOKED_AT_ONCE]
    )
    booked = 0
    for line in lines:  # each looks at what those before it have left open
        first = next(iter(guesses(user, [line])[line.pk]), None)
        if first is None or not first.suggestion.is_sure:
            continue
        try:
            named = first.suggestion.line_no
            book_bank_line(line, first.customer, line_no=named, today=today)
        except RefusedError:
            continue  # it stays in the list, where booking it by hand says why
        booked += 1
    left = len(lines) - booked
    message = _("{booked} booked; {left} to be looked at.").format(booked=booked, left=left)
    return done(request, message, CHANGED, "receipts-changed", back=reverse("bank"))


@require_http_methods(["GET", "POST"])
def bank_line(request: PageRequest, line_id: int) -> HttpResponse:
    """Say whose money it is, or that it is nobody's."""
    user = user_who_may(request, Action.MATCH_BANK_LINE)
    line = _line(user, line_id)
    suggested = guesses(user, [line])[line.pk] if line.is_incoming else []
    if request.method == "POST":
        form = BankLineForm(request.POST, user=user, is_incoming=line.is_incoming)
        if form.is_valid() and (said := _decided(form, line)):
            return drawer_saved(request, said, CHANGED, "receipts-changed", back=reverse("bank"))
    else:
        first = suggested[0] if suggested else None
        initial = (
            {"customer": first.customer.code, "line": first.suggestion.line_no} if first else {}
        )
        form = BankLineForm(user=user, is_incoming=line.is_incoming, initial=initial)
    context = {"form": form, "line": line, "guesses": suggested}
    return show(request, "contracts/bank_line.html", "drawer", context, 422 if form.errors else 200)


def _decided(form: BankLineForm, line: BankLine) -> str:
    """What was done, in words; "" with the refusal in the form."""
    data = form.cleaned_data
    try:
        if form.payer is None:
            set_aside(line, note=data["note"])
            return _("{reference} is set aside.").format(reference=line.reference)
        receipt = book_bank_line(
            line,
            form.payer,
            line_no=data["line"].strip(),
            remember=data["remember"],
            today=timezone.localdate(),
        )
    except RefusedError as error:
        form.add_error(None, str(error))
        return ""
    message = _("{amount} booked for {customer}.")
    amount = money_full(receipt.amount, receipt.currency)
    return message.format(amount=amount, customer=receipt.customer.name)


@require_POST
def bank_line_back(request: PageRequest, line_id: int) -> HttpResponse:
    """To be matched again."""
    user = user_who_may(request, Action.MATCH_BANK_LINE)
    line = _line(user, line_id)
    try:
        put_back(line)
    except RefusedError as error:
        return refused(request, str(error), back=reverse("bank"))
    message = _("{reference} is to be matched again.").format(reference=line.reference)
    return done(request, message, CHANGED, back=reverse("bank"))


def _line(user: User, line_id: int) -> BankLine:
    found = BankLine.objects.visible_to(user).select_related("receipt").filter(pk=line_id).first()
    if found is None:
        raise Http404
    return found
