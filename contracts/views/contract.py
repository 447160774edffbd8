"""The page of one contract."""

from collections.abc import Sequence

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
from contracts.reports.terms import days_left
from contracts.rules.contracts import Stage
from contracts.rules.instalments import Gap
from contracts.views.beside import beside
from contracts.views.life import due_words, life_context
from core.charts import Axis, Chart, Series, amount_in, line
from core.requests import PageRequest
from core.rules import ZERO
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can

SHOWN = 100
TONES = {"not_due": "accent", "d1_30": "c1", "d31_60": "c2", "d61_90": "c3"}


@require_safe
def contract(request: PageRequest, contract_id: int) -> HttpResponse:
    """Its life, its money, its plan and the receipts for it, as at today."""
    user = user_who_may(request, Action.VIEW_RECEIVABLES)
    contracts = (
        Contract.objects.visible_to(user)
        .with_last_day()
        .select_related(
            "customer__org_unit",
            "customer__account_manager",
            "our_signatory",
            "their_signatory",
            "renews",
            "renewed_by",
        )
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
        **life_context(user, found, today),
        "days_left": days_left(found, today),
        **beside(user, found, request.GET.get("on", ""), today),
        "gap": _gap(found, money),
        "may_plan": may_plan(user, found),
        "parts": [(part, steps_chart(part), bar(part)) for part in money],
        "receipts": receipts[:SHOWN],
        "more_receipts": max(0, len(receipts) - SHOWN),
        "may_record": can(user, Action.RECORD_RECEIPT),
        "may_dispute": can(user, Action.DISPUTE_LINE),
        "invoicing": invoicing(user, PlanLine.objects.visible_to(user).filter(contract=found)),
    }
    context["due"] = due_words(context["agreed"])
    return render(request, "contracts/contract.html", context)


def _gap(contract: Contract, money: Sequence[Progress]) -> Gap | None:
    """What of the agreed amount is planned; None without one, or where shipments are billed."""
    if contract.amount is None or contract.settlement == Contract.Settlement.MONTHLY:
        return None
    own = (part.planned for part in money if part.currency == contract.currency)
    return Gap(contract.amount, next(own, ZERO))


def may_plan(user: User, contract: Contract) -> bool:
    """Whether lines can be made of its amount here: not where they come of what is shipped."""
    is_fixed = contract.amount and contract.settlement != Contract.Settlement.MONTHLY
    return bool(is_fixed) and contract.stage == Stage.SIGNED and can(user, Action.EDIT_CONTRACT)


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
