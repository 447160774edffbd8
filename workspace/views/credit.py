"""Decisions about a customer's credit: another limit, danger signs, a review."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contracts.rules.suggested_limit import VALID_MONTHS
from core.errors import RefusedError
from core.formats import money_full
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from core.rules import add_months
from customers.access import open_file
from customers.forms.credit_control import LimitForm, ReviewForm, SignsForm
from customers.models import CreditLimitChange, Customer, DangerSign
from customers.services.credit import limit_ends
from customers.views.credit import CHANGED
from organization.access import user_who_may
from organization.models import AuthorityLimit, User
from organization.permissions import Action
from workspace.credit.limits import LimitWish, change_limit
from workspace.credit.reviews import record_review, tick_signs


@require_http_methods(["GET", "POST"])
def limit(request: PageRequest, pk: int) -> HttpResponse:
    """Another limit: set, or asked for where it is beyond the person's authority."""
    user = user_who_may(request, Action.EDIT_CREDIT)
    customer = open_file(user, pk)
    today, ends = timezone.localdate(), limit_ends(customer)
    known = {
        "amount": customer.credit_limit,
        "valid_until": ends if ends and ends > today else add_months(today, VALID_MONTHS),
    }
    known |= _suggested(request.GET.get("amount", ""))
    form = LimitForm(_posted(request), today=today, initial=known)
    if form.is_valid() and (said := _changed(form, customer, user)):
        return drawer_saved(request, said, CHANGED, "approvals-changed", back=_back(customer))
    context = {"form": form, "customer": customer, "back": _back(customer)}
    context["authority"] = _authority(user)
    status = 422 if form.errors else 200
    return show(request, "workspace/credit/limit.html", "drawer", context, status)


def _suggested(amount: str) -> dict[str, Any]:
    """An amount that the address proposes, such as the suggested limit."""
    try:
        return {"amount": Decimal(amount)} if amount else {}
    except InvalidOperation:
        return {}


def _changed(form: LimitForm, customer: Customer, user: User) -> str:
    """What was done, in words; "" with the refusal in the form."""
    try:
        done = change_limit(customer, LimitWish(**form.cleaned_data), actor=user)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
    if isinstance(done, CreditLimitChange):
        message = _("The limit of {customer} is {amount} now.")
        amount = money_full(form.cleaned_data["amount"], settings.COMPANY_CURRENCY)
        return message.format(customer=customer.name, amount=amount)
    message = _("{unit} was asked to approve it.")
    return message.format(unit=done.addressee.name)


def _authority(user: User) -> AuthorityLimit | None:
    """How far the person's unit decides; None where they only ask."""
    if user.role not in (User.Role.UNIT_MANAGER, User.Role.FINANCE) or user.org_unit is None:
        return None
    limits = AuthorityLimit.objects.filter(kind="credit_limit", level=user.org_unit.level)
    return limits.first()


@require_http_methods(["GET", "POST"])
def signs(request: PageRequest, pk: int) -> HttpResponse:
    """Tick what was seen at the customer; what is new calls for a review at once."""
    user = user_who_may(request, Action.EDIT_CREDIT)
    customer = open_file(user, pk)
    standing = DangerSign.objects.visible_to(user).filter(customer=customer, gone_on=None)
    initial = {"signs": list(standing.values_list("sign", flat=True))}
    form = SignsForm(_posted(request), initial=initial)
    if form.is_valid():
        today = timezone.localdate()
        new = tick_signs(customer, on=today, actor=user, **form.cleaned_data)
        said = ngettext(
            "{n} new danger sign: a credit review is asked for.",
            "{n} new danger signs: a credit review is asked for.",
            len(new),
        ).format(n=len(new)) if new else _("The danger signs are up to date.")  # fmt: skip
        return drawer_saved(request, said, CHANGED, "alerts-changed", back=_back(customer))
    context = {"form": form, "customer": customer, "back": _back(customer)}
    status = 422 if form.errors else 200
    return show(request, "workspace/credit/signs.html", "drawer", context, status)


@require_http_methods(["GET", "POST"])
def review(request: PageRequest, pk: int) -> HttpResponse:
    """What came of a look at the dossier, and when the next one is."""
    user = user_who_may(request, Action.EDIT_CREDIT)
    customer = open_file(user, pk)
    today = timezone.localdate()
    form = ReviewForm(_posted(request), today=today)
    if form.is_valid():
        record_review(customer, on=today, actor=user, **form.cleaned_data)
        said = _("The credit of {customer} is reviewed.").format(customer=customer.name)
        return drawer_saved(request, said, CHANGED, "alerts-changed", back=_back(customer))
    context = {"form": form, "customer": customer, "back": _back(customer)}
    status = 422 if form.errors else 200
    return show(request, "workspace/credit/review.html", "drawer", context, status)


def _back(customer: Customer) -> str:
    return reverse("customer_section", args=[customer.pk, "credit"])


def _posted(request: PageRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
