"""The page of a statement, and what people of ours do with it."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms import BillingForm
from contracts.models import PlanLine, Statement, StatementItem
from contracts.reports.invoices import invoicing
from contracts.services import statements as services
from contracts.services.billing import bill_by_statements
from contracts.services.links import VALID, link_of
from core.context import acting
from core.errors import RefusedError
from core.htmx import drawer_saved, refused, reload_at, show
from core.keyset import Order, read_page
from core.requests import PageRequest
from core.tables import fields
from core.tables.download import streamed
from core.tables.schema import Column
from customers.access import open_file
from organization.access import confirm_first, user_who_may
from organization.models import User
from organization.permissions import Action, can

TEMPLATE = "contracts/statement.html"
PAGE_SIZE = 100
ORDER = Order("accepted_on", parse=fields.date().parse)
COLUMNS = (
    Column("waybill_no", gettext_lazy("waybill number"), fields.code()),
    Column("accepted_on", gettext_lazy("accepted on"), fields.date()),
    Column("kind", gettext_lazy("kind"), fields.text()),
    Column("amount", gettext_lazy("amount"), fields.money()),
    Column("currency", gettext_lazy("currency"), fields.currency()),
    Column("disputed", gettext_lazy("disputed"), fields.boolean()),
    Column("note", gettext_lazy("what the customer says is wrong"), fields.text()),
)


@require_safe
def statement(request: PageRequest, number: int) -> HttpResponse:
    """Its waybills, what is disputed first, and what can be done with it."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    found = _visible_statement(user, number)
    items = StatementItem.objects.visible_to(user).filter(statement=found)
    after = request.GET.get("after", "")
    page = read_page(items, ORDER, after, PAGE_SIZE)
    if request.htmx and after:
        return show(request, TEMPLATE, "rows", {"statement": found, "page": page})
    may_bill = can(user, Action.BILL_CUSTOMER)
    is_asked = may_bill and found.state != Statement.State.BILLED
    link = link_of(found, today=timezone.localdate()) if is_asked else ""
    context = {
        "statement": found,
        "due_on": services.agreed_due(found),
        "disputed": items.filter(disputed=True).order_by("accepted_on", "pk")[:PAGE_SIZE],
        "page": page,
        "may_bill": may_bill,
        "may_export": can(user, Action.EXPORT),
        "link": request.build_absolute_uri(link) if link else "",
        "link_until": found.sent_on + VALID if link and found.sent_on else None,
        "invoicing": invoicing(user, PlanLine.objects.visible_to(user).filter(statement=found))
        if found.line_id
        else None,
    }
    return render(request, TEMPLATE, context)


def _visible_statement(user: User, number: int) -> Statement:
    """The statement, or 404."""
    found = Statement.objects.visible_to(user).filter(pk=number)
    people = ("customer", "contract", "line", "sent_by", "answered_by")
    statement = found.select_related(*people).first()
    if statement is None:
        raise Http404
    return statement


def _send(found: Statement, user: User, today: dt.date) -> str:
    services.send_statement(found, actor=user, today=today)
    return _("The link is ready: copy it and give it to the customer.")


def _revoke(found: Statement, _user: User, _today: dt.date) -> str:
    services.revoke_link(found)
    return _("The link opens nothing any more.")


def _confirm(found: Statement, user: User, today: dt.date) -> str:
    services.confirm_statement(found, actor=user, today=today)
    return _("The statement is confirmed and stands in the collection plan.")


_ACTS = {"send": _send, "revoke": _revoke, "confirm": _confirm}


@require_POST
def statement_act(request: PageRequest, number: int, act: str) -> HttpResponse:
    """Send it, revoke its link, or confirm it for the customer."""
    user = user_who_may(request, Action.BILL_CUSTOMER)
    found = _visible_statement(user, number)
    if act not in _ACTS:
        raise Http404
    return _acted(request, number, lambda: _ACTS[act](found, user, timezone.localdate()))


@require_POST
def statement_item(request: PageRequest, item_id: int) -> HttpResponse:
    """A disputed waybill stays as it is, or waits for the next statement."""
    user = user_who_may(request, Action.BILL_CUSTOMER)
    items = StatementItem.objects.visible_to(user).select_related("statement")
    item = items.filter(pk=item_id).first()
    if item is None:
        raise Http404
    waits = request.POST.get("decision") == "set_aside"

    def settle() -> str:
        services.settle_item(item, set_aside=waits)
        return _("It comes with the next statement.") if waits else _("It stays as it is.")

    return _acted(request, item.statement_id, settle)


def _acted(request: PageRequest, number: int, act: Callable[[], str]) -> HttpResponse:
    """Do it and show the page again with what was done, or why not."""
    back = reverse("statement", args=[number])
    try:
        message = act()
    except RefusedError as refusal:
        return refused(request, str(refusal), back=back)
    return reload_at(request, back, message)


@require_http_methods(["GET", "POST"])
def billing(request: PageRequest, pk: int) -> HttpResponse:
    """Bill a customer by statements from a day on, and state what is over already."""
    user = user_who_may(request, Action.BILL_CUSTOMER)
    customer, today = open_file(user, pk), timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = BillingForm(data, user=user, customer=customer, today=today)
    back = reverse("customer_section", args=[pk, "contracts"])
    if form.is_bound and form.is_valid():
        try:
            made = bill_by_statements(today=today, **form.cleaned_data)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _(
                "Nothing is to be billed yet; the night states each period once it is over."
            )
            if made:
                message = _("The statement of the last period is there.")
            return drawer_saved(request, message, "statements-changed", back=back)
    context = {"form": form, "customer": customer, "back": back}
    status = 422 if form.errors else 200
    return show(request, "contracts/billing.html", "drawer", context, status)


@require_safe
@confirm_first(back="statement", same=["number"])
def statement_export(request: PageRequest, number: int) -> StreamingHttpResponse:
    """Its waybills as a table."""
    user = user_who_may(request, Action.EXPORT)
    found = _visible_statement(user, number)
    return streamed(COLUMNS, _cells(user, found), found.statement_no)


def _cells(user: User, found: Statement) -> Iterator[tuple[Any, ...]]:
    """Read while the answer is sent, after the request's transaction has ended."""
    with acting(user_id=user.pk, actor=user.get_username()):
        items = StatementItem.objects.visible_to(user).filter(statement=found, set_aside=False)
        rows = items.order_by("accepted_on", "pk").values_list(
            "waybill_no", "accepted_on", "kind", "amount", "currency", "disputed", "dispute_note"
        )
        yield from rows.iterator(chunk_size=500)
