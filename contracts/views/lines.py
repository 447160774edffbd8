"""The open lines of one customer: reminded of, disputed, agreed again."""

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms import ReminderForm, dispute_form
from contracts.models import PlanLine, Promise
from contracts.reports import OpenLineRow, customer_ageing, in_transit, open_lines
from contracts.services import dispute_line, settle_dispute
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import visible_customer
from customers.models import Customer
from engagement.models import Note
from engagement.services import Talk, write_note
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can

SHOWN = 100
PROMISES = 5
QUOTED = 12  # lines in the draft of a reminder


@require_safe
def receivable_lines(request: PageRequest, pk: int) -> HttpResponse:
    """The open lines of a customer as they stand now, oldest due first."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    customer = visible_customer(user, pk)
    today = timezone.localdate()
    lines = open_lines(customer, today)
    context: dict[str, Any] = {
        "customer": customer,
        "today": today,
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "ageing": customer_ageing(customer, today),
        "reminders": _reminders(user, customer),
        **_promises(user, customer),
        "may_record": can(user, Action.RECORD_RECEIPT),
        "may_dispute": can(user, Action.DISPUTE_LINE),
        "may_promise": can(user, Action.NOTE_PROMISE),
        "may_give_up": can(user, Action.WRITE_OFF_LINE),
        "may_remind": can(user, Action.WRITE_NOTE),
    }
    return show(request, "contracts/lines.html", "drawer", context)


@require_safe
def lines_then(request: PageRequest, pk: int) -> HttpResponse:
    """The customer's lines as they stood at the end of the day `at`; today without one."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    customer = visible_customer(user, pk)
    today = timezone.localdate()
    try:
        day = min(dt.date.fromisoformat(request.GET.get("at", "")), today)
    except ValueError:
        day = today
    lines = open_lines(customer, day)
    context = {
        "customer": customer,
        "day": day,
        "lines": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "ageing": customer_ageing(customer, day),
        "in_transit": in_transit(customer, day),
    }
    return show(request, "contracts/lines_then.html", "drawer", context)


def _promises(user: User, customer: Customer) -> dict[str, Any]:
    """The latest promises, and the lines (ids) that an open one is about."""
    promises = Promise.objects.visible_to(user).filter(customer=customer).select_related("line")
    shown = list(promises.order_by("-made_on", "-pk")[:PROMISES])
    waiting = {each.line_id for each in shown if each.state == Promise.State.OPEN}
    return {"promises": shown, "promised_lines": waiting - {None}}


def _reminders(user: User, customer: Customer) -> list[Note]:
    notes = Note.objects.visible_to(user).filter(customer=customer, kind=ReminderForm.kind)
    return list(notes.order_by("-written_at")[:3])


@require_http_methods(["GET", "POST"])
def remind(request: PageRequest, pk: int) -> HttpResponse:
    """Write down that the customer was reminded, beginning with what is overdue."""
    user = user_who_may(request, Action.WRITE_NOTE)
    customer = visible_customer(user, pk)
    if request.method == "POST":
        form = ReminderForm(request.POST)
        if form.is_valid():
            _note(user, customer, form)
            message = _("The reminder stands in the file of {customer}.")
            return drawer_saved(
                request,
                message.format(customer=customer.name),
                "notes-changed",
                back=reverse("customer_section", args=[pk, "receivables"]),
            )
    else:
        overdue = [row for row in open_lines(customer, timezone.localdate()) if row.is_overdue]
        form = ReminderForm(initial={"text": _draft(overdue), "token": uuid.uuid4()})
    context = {"form": form, "customer": customer}
    return show(request, "contracts/remind.html", "drawer", context, 422 if form.errors else 200)


def _note(user: User, customer: Customer, form: ReminderForm) -> None:
    text, token = form.cleaned_data["text"], str(form.cleaned_data["token"])
    write_note(customer, Talk(form.kind, text, token, at=timezone.now()), author=user)


def _draft(overdue: list[OpenLineRow]) -> str:
    """The overdue lines in words, a line each."""
    if not overdue:
        return ""
    named = [
        _("{line}: {amount}, due {day}, {days} days late").format(
            line=row.line.line_no,
            amount=money_full(row.remainder, row.line.currency),
            day=_written(row.line.due_on),
            days=row.days_overdue,
        )
        for row in overdue[:QUOTED]
    ]
    if len(overdue) > QUOTED:
        named.append(_("and {n} more").format(n=len(overdue) - QUOTED))
    return "\n".join([_("Reminded of:"), *named, ""])


def _written(day: Any) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    return str(day.isoformat() if is_chinese else date_format(day, "j M Y"))


@require_http_methods(["GET", "POST"])
def line_dispute(request: PageRequest, line_id: int) -> HttpResponse:
    """Say what a customer argues about, or what came of it."""
    user = user_who_may(request, Action.DISPUTE_LINE)
    line = PlanLine.objects.visible_to(user).select_related("customer").filter(pk=line_id).first()
    if line is None:
        raise Http404
    form = dispute_form(request.POST if request.method == "POST" else None, line)
    if form.is_bound and form.is_valid():
        decide = settle_dispute if line.disputed else dispute_line
        try:
            decided = decide(line, reason=form.cleaned_data["reason"])
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            back = reverse("customer_section", args=[line.customer_id, "receivables"])
            return drawer_saved(request, _said(decided), "lines-changed", back=back)
    context = {"form": form, "line": line, "left": line.amount - line.paid}
    status = 422 if form.errors else 200
    return show(request, "contracts/line_dispute.html", "drawer", context, status)


def _said(line: PlanLine) -> str:
    if line.disputed:
        message = _("Line {line} is disputed: no reminders go out for it.")
    else:
        message = _("Line {line} is no longer disputed.")
    return message.format(line=line.line_no)
