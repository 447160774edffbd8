"""Interest for paying late: read as a memo, approved into a line of the plan."""

from decimal import Decimal

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.forms import InterestForm
from contracts.models import PlanLine
from contracts.reports.interest import daily_rate, memos
from contracts.services.interest import PAY_WITHIN, charge_interest
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import open_file
from organization.access import user_who_may
from organization.permissions import Action


@require_http_methods(["GET", "POST"])
def interest(request: PageRequest, pk: int, currency: str) -> HttpResponse:
    """The lines of a currency that have grown interest; those chosen become one line."""
    user = user_who_may(request, Action.APPROVE_INTEREST)
    customer, today = open_file(user, pk), timezone.localdate()
    lines = PlanLine.objects.visible_to(user).filter(customer=customer, currency=currency)
    amounts = memos(lines, today)
    known = lines.filter(pk__in=amounts).select_related("contract").order_by("due_on", "line_no")
    grown = {line.pk: (_told(line, amounts[line.pk]), amounts[line.pk]) for line in known}
    form = InterestForm(request.POST if request.method == "POST" else None, grown=grown)
    back = reverse("account", args=[pk])
    if form.is_bound and form.is_valid():
        try:
            billed = charge_interest(customer, form.amounts(), today=today, actor=user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            amount = money_full(billed.amount, billed.currency)
            said = _("{amount} of interest is line {line} now.")
            message = said.format(amount=amount, line=billed.line_no)
            return drawer_saved(request, message, "lines-changed", back=back)
    context = {
        "form": form,
        "customer": customer,
        "currency": currency,
        "back": back,
        "grown": bool(grown),
        "sum": sum(amounts.values()),
        "rates": sorted({daily_rate(line) for line in known}),
        "days": PAY_WITHIN,
    }
    status = 422 if form.errors else 200
    return show(request, "contracts/interest.html", "drawer", context, status)


def _told(line: PlanLine, amount: Decimal) -> str:
    return _("{line}, due {day}: {amount}").format(
        line=line.line_no,
        day=line.due_on.isoformat(),
        amount=money_full(amount, line.currency),
    )
