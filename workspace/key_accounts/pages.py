"""Key accounts: the list of candidates, requests and names; drawers to propose and to end."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RefusedError
from core.htmx import drawer_saved, reload_at, show
from core.keyset import read_page
from core.models import Version
from core.requests import PageRequest, changed_query
from core.tables.download import streamed
from customers.access import open_file
from customers.models import Customer
from organization.access import confirm_first, user_who_may
from organization.models import Approval, User
from organization.permissions import Action, can
from segmentation.decisions import may_end
from segmentation.key_accounts import Naming, end_naming
from segmentation.models import KeyAccount
from segmentation.reports import key_accounts as reports
from workspace.asking import was_asked
from workspace.key_accounts.deciding import propose
from workspace.key_accounts.export import COLUMNS, rows_of
from workspace.key_accounts.forms import EndForm, NamingForm
from workspace.listing import customers_for

PAGE_SIZE = 50
CHANGED = ("key-accounts-changed", "approvals-changed")
TEMPLATE = "workspace/key_accounts/page.html"
SHOWS: dict[str, Any] = {
    "candidates": gettext_lazy("Candidates"),
    "asked": pgettext_lazy("key accounts", "Proposed"),
    "named": gettext_lazy("Named"),
}


@require_safe
def key_accounts(request: PageRequest) -> HttpResponse:
    """The list; its content when a tab or a change asks; the next rows when htmx asks for them."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    version, chosen = Version.objects.current(), _show(request)
    rows = reports.with_worth(_rows(user, chosen), version)
    after = request.GET.get("after", "")
    page = read_page(rows, reports.order_for(user), after, PAGE_SIZE)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "rows": reports.as_candidates(user, page.rows, version, today),
        "next": changed_query(request, after=page.next) if page.next else "",
        "show": chosen,
        "sees_margin": can(user, Action.VIEW_MARGIN),
        "may_ask": can(user, Action.ASK_APPROVAL),
        "currency": settings.COMPANY_CURRENCY,
    }
    if request.htmx and after:
        return render(request, f"{TEMPLATE}#rows", context)
    numbers = reports.numbers(user, customers_for(user), today)
    context |= {
        "shows": [(name, label, numbers[name]) for name, label in SHOWS.items()],
        "most": reports.MOST_COUNTED,
        "night": version,
        "may_export": can(user, Action.EXPORT),
    }
    return render(request, f"{TEMPLATE}#list" if request.htmx else TEMPLATE, context)


def _show(request: HttpRequest) -> str:
    wanted = request.GET.get("show", "")
    return wanted if wanted in SHOWS else "candidates"


def _rows(user: User, chosen: str) -> QuerySet[Customer]:
    customers = customers_for(user)
    if chosen == "asked":
        return reports.asked(customers, user)
    narrow = reports.named if chosen == "named" else reports.candidates
    return narrow(customers, timezone.localdate())


@require_safe
@confirm_first(back="key_accounts")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The tab as CSV, all rows, in the order of the page."""
    user = user_who_may(request, Action.EXPORT)
    chosen = _show(request)
    rows = rows_of(user, _rows(user, chosen), Version.objects.current())
    return streamed(COLUMNS, rows, f"key-accounts-{chosen}")


@require_http_methods(["GET", "POST"])
def key_account_propose(request: PageRequest, pk: int) -> HttpResponse:
    """Name a customer, or ask for it where it is beyond one's authority."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    customer = open_file(user, pk)
    form = NamingForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (told := _proposed(form, customer, user)):
        return _answer(request, customer, told)
    version = Version.objects.current()
    (found,) = reports.as_candidates(
        user,
        reports.with_worth(customers_for(user).filter(pk=pk), version),
        version,
        timezone.localdate(),
    )
    context = {
        "form": form,
        "customer": customer,
        "found": found,
        "sees_margin": can(user, Action.VIEW_MARGIN),
        "back": reverse("customer", args=[pk]),
    }
    status = 422 if form.errors else 200
    return show(request, "workspace/key_accounts/propose.html", "drawer", context, status)


def _proposed(form: NamingForm, customer: Customer, user: User) -> str:
    """What came of it, in words; "" with the refusal in the form."""
    data = form.cleaned_data
    try:
        made = propose(customer, Naming(data["reason"], data["ends_on"]), actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
    if isinstance(made, Approval):
        return was_asked(made)
    return _("{customer} is a key account from today on.").format(customer=customer.name)


@require_http_methods(["GET", "POST"])
def key_account_end(request: PageRequest, pk: int, naming: int) -> HttpResponse:
    """End a naming, with the reason: the kind that the night found holds again at once."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    customer = open_file(user, pk)
    rows: Any = KeyAccount.objects.visible_to(user).select_related("customer", "asked_by")
    found = rows.filter(customer=customer, pk=naming).first()
    if found is None:
        raise Http404
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (told := _ended(form, found, user)):
        return _answer(request, customer, told)
    context = {
        "form": form,
        "customer": customer,
        "named": found,
        "may_end": may_end(found, user),
        "back": reverse("customer", args=[pk]),
    }
    status = 422 if form.errors else 200
    return show(request, "workspace/key_accounts/end.html", "drawer", context, status)


def _ended(form: EndForm, named: KeyAccount, user: User) -> str:
    """What holds now, in words; "" with the refusal in the form."""
    reason, today = form.cleaned_data["reason"], timezone.localdate()
    try:
        now = end_naming(named, reason=reason, today=today, actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
    sentence = _("{customer} is no longer named a key account. Kind: {kind}.")
    kind = now.get_key_account_kind_display() or "—"
    return sentence.format(customer=now.name, kind=kind)


def _answer(request: PageRequest, customer: Customer, told: str) -> HttpResponse:
    """Back to where it was done: the list, which reads itself again, or the customer's file."""
    here = reverse("key_accounts")
    if request.htmx and (request.htmx.current_url_abs_path or "").startswith(here):
        return drawer_saved(request, told, *CHANGED, back=here)
    return reload_at(request, reverse("customer", args=[customer.pk]), told)
