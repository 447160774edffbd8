"""The list of tax invoices, and what goes to the finance system and comes back."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from contracts.forms.invoices import AnswersForm
from contracts.imports.invoices import SCHEMA, Answered, request_cells, take_answers
from contracts.models import Invoice
from contracts.reports.invoices import STATES, Asked, invoices, to_hand_over, totals
from contracts.services.invoices import hand_over
from core.htmx import done, reload_at, show
from core.keyset import Order, read_page
from core.requests import PageRequest
from core.tables.download import CONTENT_TYPES, download
from core.tables.errors import TableError
from core.tables.fields import date
from core.uploads import on_disk
from organization.access import confirm_first, user_who_may
from organization.models import OrgUnit, User
from organization.permissions import Action, can

TEMPLATE = "contracts/invoices.html"
PAGE_SIZE = 50
MOST_EXPORTED = 20_000
ORDER = Order("requested_on", descending=True, parse=date().parse)


@require_safe
def invoice_list(request: PageRequest) -> HttpResponse:
    """Invoices and requests, the latest first; sums by currency where the list is narrowed."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    context = _listed(request, user)
    if request.htmx and request.GET.get("after"):
        return show(request, TEMPLATE, "rows", context)
    return show(request, TEMPLATE, "content", context | _beside(user) | {"form": AnswersForm()})


def _asked(request: PageRequest, user: User) -> Asked:
    state = request.GET.get("state", "")
    return Asked(
        state if state in STATES else "",
        request.GET.get("q", "").strip()[:100],
        OrgUnit.objects.visible_to(user).by_code(request.GET.get("unit", "")),
    )


def _listed(request: PageRequest, user: User) -> dict[str, Any]:
    asked, after = _asked(request, user), request.GET.get("after", "")
    found = invoices(user, asked)
    page = read_page(found.select_related("customer", "corrects"), ORDER, after, PAGE_SIZE)
    return {
        "asked": asked,
        "invoices": page.rows,
        "next": page.next,
        "states": STATES,
        "units": OrgUnit.objects.visible_to(user).order_by("path"),
        "totals": totals(found) if asked.is_narrowed and not after else [],
        "may_export": can(user, Action.EXPORT),
    }


def _beside(user: User) -> dict[str, Any]:
    """For whoever has invoices issued: how many wait to be handed over, and who has them."""
    if not can(user, Action.ISSUE_INVOICE):
        return {"may_issue": False}
    visible = Invoice.objects.visible_to(user)
    return {
        "may_issue": True,
        "waiting": to_hand_over(visible).count(),
        "with_finance": visible.filter(state=Invoice.State.ISSUING).count(),
    }


@require_safe
@confirm_first(back="invoices")
def invoice_export(request: PageRequest, kind: str) -> HttpResponse:
    """The narrowed list as the table the finance system reads and answers."""
    user = user_who_may(request, Action.EXPORT)
    if kind not in CONTENT_TYPES:
        raise Http404
    found = invoices(user, _asked(request, user))[:MOST_EXPORTED]
    numbers = list(found.values_list("pk", flat=True))
    chosen = Invoice.objects.visible_to(user).filter(pk__in=numbers)
    name = _("invoice requests {day}").format(day=timezone.localdate().isoformat())
    return download(kind, SCHEMA.columns, request_cells(chosen), name)


@require_POST
def invoices_hand_over(request: PageRequest) -> HttpResponse:
    """Give all requests that may be issued to finance, and show what it has."""
    user = user_who_may(request, Action.ISSUE_INVOICE)
    handed = hand_over(Invoice.objects.visible_to(user))
    message = ngettext(
        "{n} request is with finance: download the table.",
        "{n} requests are with finance: download the table.",
        handed,
    )
    return reload_at(request, f"{reverse('invoices')}?state=issuing", message.format(n=handed))


@require_POST
def invoices_answered(request: PageRequest) -> HttpResponse:
    """Take the finance system's answers; the same table again changes nothing."""
    user = user_who_may(request, Action.ISSUE_INVOICE)
    form = AnswersForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            answered = _taken(form.cleaned_data["file"], user)
        except TableError as error:
            form.add_error("file", str(error))
        else:
            return done(request, _said(answered), "invoices-changed", back=reverse("invoices"))
    context = _listed(request, user) | _beside(user) | {"form": form}
    return show(request, TEMPLATE, "content", context, 422)


def _taken(file: Any, user: User) -> Answered:
    with on_disk(file) as path:
        return take_answers(path, user=user, today=timezone.localdate())


def _said(answered: Answered) -> str:
    issued, known = answered.issued, answered.known
    said = [ngettext("{n} invoice issued.", "{n} invoices issued.", issued).format(n=issued)]
    if answered.failed:
        said.append(_("{n} failed.").format(n=answered.failed))
    if answered.confirmed:
        said.append(_("Confirmations changed: {n}.").format(n=answered.confirmed))
    if known:
        message = ngettext("{n} was known already.", "{n} were known already.", known)
        said.append(message.format(n=known))
    if answered.blank:
        message = ngettext("{n} has no answer yet.", "{n} have no answer yet.", answered.blank)
        said.append(message.format(n=answered.blank))
    return " ".join(said)
