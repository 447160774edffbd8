"""The page of one contract."""

import datetime as dt
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contracts.models import Contract, PlanLine
from contracts.reports.contract import Progress, progress, receipts_of
from contracts.reports.invoices import invoicing
from core.charts import Axis, Chart, Series, amount_in, line
from core.requests import PageRequest
from organization.access import user_who_may
from organization.permissions import Action, can

EXPIRING = dt.timedelta(days=90)
SHOWN = 100
TONES = {"not_due": "accent", "d1_30": "c1", "d31_60": "c2", "d61_90": "c3"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the contract's life: done, now, next or later."""

    label: str
    day: dt.date | None
    state: str


@require_safe
def contract(request: PageRequest, contract_id: int) -> HttpResponse:
    """Its life, its money, its plan and the receipts for it, as at today."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    contracts = Contract.objects.visible_to(user).select_related(
        "customer__org_unit", "customer__account_manager"
    )
    found = contracts.filter(pk=contract_id).first()
    if found is None:
        raise Http404
    today = timezone.localdate()
    money = progress(found, today)
    receipts = receipts_of(found)
    context = {
        "contract": found,
        "today": today,
        "stages": stages(found, today),
        "life": life(found, today),
        "days_left": (found.ends_on - today).days if found.ends_on else None,
        "parts": [(part, steps_chart(part), bar(part)) for part in money],
        "receipts": receipts[:SHOWN],
        "more_receipts": max(0, len(receipts) - SHOWN),
        "may_record": can(user, Action.RECORD_RECEIPT),
        "may_dispute": can(user, Action.DISPUTE_LINE),
        "invoicing": invoicing(user, PlanLine.objects.visible_to(user).filter(contract=found)),
    }
    return render(request, "contracts/contract.html", context)


def life(contract: Contract, today: dt.date) -> str:
    """Where the contract stands: planned, active, expiring or expired (B14 by its dates)."""
    if contract.starts_on > today:
        return "planned"
    if contract.ends_on is None or contract.ends_on - today > EXPIRING:
        return "active"
    return "expired" if contract.ends_on < today else "expiring"


def stages(contract: Contract, today: dt.date) -> list[Stage]:
    """From the signature to the end, as far as the dates are known."""
    reached = ("planned", "active", "expiring", "expired").index(life(contract, today))
    steps: list[tuple[str, dt.date | None, int]] = []
    if contract.signed_on is not None:
        steps.append((_("Signed"), contract.signed_on, 0))
    steps.append((_("In force"), contract.starts_on, 1))
    if contract.ends_on is not None:
        steps.append((_("Renewal window"), contract.ends_on - EXPIRING, 2))
        steps.append((_("Ends"), contract.ends_on, 3))
    return [Stage(label, day, _state(number, reached)) for label, day, number in steps]


def _state(number: int, reached: int) -> str:
    if number < reached:
        return "done"
    if number == reached:
        return "now"
    return "next" if number == reached + 1 else "later"


def bar(part: Progress) -> list[tuple[object, str]]:
    """The ages of what is open, for the picture."""
    return [(amount, TONES.get(name, "c4")) for name, amount in part.ages.items()]


def steps_chart(part: Progress) -> Chart:
    """Plan and receipts added up over time."""
    unit = amount_in(part.currency)
    is_chinese = (get_language() or "").startswith("zh")
    labels = [
        step.day.isoformat() if is_chinese else date_format(step.day, "j M Y")
        for step in part.steps
    ]
    summary = _("Received {received} of {planned} planned; {due} was due by now").format(
        received=unit.write(part.received, chinese=is_chinese, compact=True),
        planned=unit.write(part.planned, chinese=is_chinese, compact=True),
        due=unit.write(part.due_by_now, chinese=is_chinese, compact=True),
    )
    chart = line(
        "collection-progress",
        summary,
        Axis(_("Until"), labels, unit=unit),
        [
            Series(
                pgettext("money", "Received"), [step.received for step in part.steps], "ok", "area"
            ),
            Series(_("Plan"), [step.planned for step in part.steps], "text3"),
        ],
    )
    for drawn in chart.option["series"]:
        drawn |= {"step": "end", "showSymbol": False}
    return chart
