"""The policies of all tiers; drawers to deviate for one customer and to end that."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, show
from core.requests import PageRequest
from customers.access import open_file
from customers.forms.policies import DeviationForm
from customers.models import POINT_GROUPS, Customer, PolicyDeviation, PolicyPoint, ServicePolicy
from customers.reports.policies import policies_in_force, policy_on, value_of
from customers.rules.policies import CODES
from customers.services.policies import DeviationWish, end_deviation
from organization.access import user_who_may
from organization.models import Approval, User
from organization.permissions import Action
from segmentation.models import RuleSet
from workspace.asking import was_asked
from workspace.policies.deviations import deviate
from workspace.policies.words import said

CHANGED = "policy-changed"
MOST = 200  # deviations that are shown, those that end first


@require_safe
def policies(request: PageRequest) -> HttpResponse:
    """How each tier is served by the rules in force, and who is served otherwise; three queries."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    found = policies_in_force()
    columns = [getattr(found, code) for code in CODES]
    groups = [
        (
            label,
            [(point, [said(point, getattr(one, point)) for one in columns]) for point in points],
        )
        for label, points in POINT_GROUPS
    ]
    rows = PolicyDeviation.objects.visible_to(user).live(timezone.localdate())
    latest = rows.filter(customer__merged_into=None).order_by("ends_on", "pk")
    whole = latest.select_related("customer", "asked_by", "approved_by")
    deviations = list(whole[: MOST + 1])
    context = {
        "codes": [(code, ServicePolicy.Code(code).label) for code in CODES],
        "groups": groups,
        "risk_days": said(PolicyPoint.CREDIT_DAYS, found.risk.credit_days),
        "rule_set": RuleSet.objects.active(),
        "deviations": [(row, said(row.point, value_of(row))) for row in deviations[:MOST]],
        "has_more": len(deviations) > MOST,
        "most": MOST,
    }
    return render(request, "workspace/policies/page.html", context)


@require_http_methods(["GET", "POST"])
def deviation(request: PageRequest, pk: int, point: str) -> HttpResponse:
    """Another value of one point: granted, or asked for where it is beyond one's authority."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    customer = open_file(user, pk)
    if point not in PolicyPoint.values:
        raise Http404
    what, today = PolicyPoint(point), timezone.localdate()
    form = DeviationForm(
        request.POST if request.method == "POST" else None, point=what, today=today
    )
    if form.is_valid() and (told := _deviated(form, customer, point, user)):
        return drawer_saved(request, told, CHANGED, "approvals-changed", back=_back(customer))
    context = {
        "form": form,
        "customer": customer,
        "point": what.label,
        "now": said(point, getattr(policy_on(customer, today), point)),
        "back": _back(customer),
    }
    status = 422 if form.errors else 200
    return show(request, "workspace/policies/deviation.html", "drawer", context, status)


def _deviated(form: DeviationForm, customer: Customer, point: str, user: User) -> str:
    """What came of it, in words; "" with the refusal in the form."""
    data = form.cleaned_data
    wish = DeviationWish(point, data["value"], data["ends_on"], data["reason"])
    try:
        made = deviate(customer, wish, actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
    if isinstance(made, Approval):
        return was_asked(made)
    return _("{customer} is served otherwise from today on.").format(customer=customer.name)


@require_POST
def deviation_end(request: PageRequest, pk: int, deviation: int) -> HttpResponse:
    """The policy holds again at once."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    customer = open_file(user, pk)
    rows = PolicyDeviation.objects.visible_to(user).select_related("customer")
    found = rows.filter(customer=customer, pk=deviation).first()
    if found is None:
        raise Http404
    try:
        end_deviation(found, at=timezone.now(), actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=_back(customer))
    message = _("{point}: the policy holds again.").format(point=found.get_point_display())
    return done(request, message, CHANGED, back=_back(customer))


def _back(customer: Customer) -> Any:
    return reverse("customer_section", args=[customer.pk, "policy"])
