"""A contract written down, changed, decided about, renewed."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from contracts.forms import ContractForm, DecisionForm
from contracts.models import Contract
from contracts.rules.contracts import MOVES, Act, Stage
from contracts.services.contracts import decide_contract, discard_draft, may_write
from core.errors import RefusedError
from core.htmx import refused, reload_at, show
from core.requests import PageRequest
from core.rules import add_months
from customers.access import editable_customer, open_file
from customers.forms.changes import who_changed
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

TEMPLATE = "contracts/contract_edit.html"
DECIDED = {
    Act.SUBMIT: (gettext_lazy("Send for review"), Action.EDIT_CONTRACT),
    Act.RETURN: (gettext_lazy("Send back"), Action.DECIDE_CONTRACT),
    Act.SIGN: (pgettext_lazy("a contract, verb", "Record the signature"), Action.DECIDE_CONTRACT),
    Act.SUSPEND: (pgettext_lazy("a contract, verb", "Suspend"), Action.DECIDE_CONTRACT),
    Act.RESUME: (pgettext_lazy("a contract, verb", "Resume"), Action.DECIDE_CONTRACT),
    Act.TERMINATE: (pgettext_lazy("a contract, verb", "Terminate"), Action.DECIDE_CONTRACT),
}
_DAY = dt.timedelta(days=1)
_COPIED = (
    "kind", "amount", "currency", "price_basis", "settlement", "statement_day", "due_kind",
    "credit_days", "due_months", "pay_day", "roll", "renewal_months", "notice_days",
    "our_signatory", "their_signatory", "payer_name", "pay_method",
    "late_interest_rate",
)  # fmt: skip


def visible_contract(user: User, number: int, *, lock: bool = False) -> Contract:
    """The contract with its customer, or 404; with `lock` nobody else changes it meanwhile."""
    contracts = Contract.objects.visible_to(user).filter(pk=number)
    contracts = contracts.select_related("customer__org_unit", "customer__account_manager")
    found = (contracts.select_for_update(of=("self",)) if lock else contracts).first()
    if found is None or found.customer.merged_into_id is not None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@transaction.atomic
def contract_new(request: PageRequest, pk: int) -> HttpResponse:
    """A draft for a customer; `renews` names the contract that it goes on from."""
    user = user_who_may(request, Action.EDIT_CONTRACT)
    is_sent = request.method == "POST"
    customer = editable_customer(user, pk, lock=is_sent)
    old = _to_renew(request.GET.get("renews", ""), user, customer)
    draft = Contract(stage=Stage.DRAFT.value, renews=old)
    initial = _proposed(old) if old else {"starts_on": timezone.localdate()}
    data = request.POST if is_sent else None
    form = ContractForm(data, instance=draft, initial=initial, user=user, customer=customer)
    if is_sent and form.is_valid() and (made := _created(form)):
        return reload_at(request, _page(made), _("The draft is kept."))
    title = _("Renew {number}").format(number=old) if old else _("New contract")
    return _answer(request, form, customer, title)


def _to_renew(text: str, user: User, customer: Customer) -> Contract | None:
    """The contract of that id if it is the customer's, signed, and nothing renews it yet."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    agreed = Contract.objects.visible_to(user).agreed().filter(customer=customer)
    return agreed.filter(pk=int(text), renewed_by=None).first()


def _proposed(old: Contract) -> dict[str, Any]:
    """The same again, for as long, from the day after its end."""
    begin = old.ends_on + _DAY if old.ends_on else timezone.localdate()
    months = (begin.year - old.starts_on.year) * 12 + begin.month - old.starts_on.month
    end = add_months(begin, max(1, months)) - _DAY if old.ends_on else None
    copied = {name: getattr(old, name) for name in _COPIED}
    return {**copied, "starts_on": begin, "ends_on": end}


def _created(form: ContractForm) -> Contract | None:
    """The draft; None with a word in the form where a hidden contract has the number."""
    try:
        with transaction.atomic():
            made: Contract = form.save()
            return made
    except IntegrityError as error:
        if "contract_no" not in str(error):
            raise
        form.refuse_number()
        return None


@require_http_methods(["GET", "POST"])
@transaction.atomic
def contract_edit(request: PageRequest, contract_id: int) -> HttpResponse:
    """Change what is written. 422 when something is wrong, 409 when somebody changed the same.

    403 for an account manager once it is no draft any more.
    """
    user = user_who_may(request, Action.EDIT_CONTRACT)
    is_sent = request.method == "POST"
    found = visible_contract(user, contract_id, lock=is_sent)
    if not may_write(user, found):
        raise PermissionDenied
    data = request.POST if is_sent else None
    form = ContractForm(data, instance=found, user=user, customer=found.customer)
    if is_sent and form.is_valid() and _written(form):
        return reload_at(request, _page(found), _("The changes are saved."))
    return _answer(request, form, found.customer, _("Edit contract"), _page(found))


def _written(form: ContractForm) -> bool:
    try:
        with transaction.atomic():
            form.write()
    except IntegrityError as error:
        if "contract_no" not in str(error):
            raise
        form.refuse_number()
        return False
    return True


def _answer(
    request: PageRequest, form: ContractForm, customer: Customer, title: str, back: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "customer": customer,
        "title": title,
        "back": back or reverse("customer_section", args=[customer.pk, "contracts"]),
        "conflicts": who_changed(form),
        "is_agreed": form.instance.pk and form.instance.stage not in (Stage.DRAFT, Stage.IN_REVIEW),
    }
    status = 409 if form.conflicts else 422 if form.errors else 200
    return show(request, TEMPLATE, "drawer", context, status)


@require_http_methods(["GET", "POST"])
def contract_act(request: PageRequest, contract_id: int, act: str) -> HttpResponse:
    """Ask for day and reason of a decision, then decide."""
    if act not in set(MOVES):
        raise Http404
    move = Act(act)
    title, action = DECIDED[move]
    user = user_who_may(request, action)
    found = visible_contract(user, contract_id)
    today = timezone.localdate()
    data = request.POST if request.method == "POST" else None
    form = DecisionForm(data, contract=found, act=move, today=today)
    if data is not None and form.is_valid():
        facts = form.cleaned_data
        try:
            decide_contract(
                found,
                move,
                on=facts.get("on", today),
                reason=facts.get("reason", ""),
                today=today,
                actor=user,
            )
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return reload_at(request, _page(found), _("The contract has moved on."))
    context = {"form": form, "contract": found, "title": title, "act": act, "back": _page(found)}
    status = 422 if form.errors else 200
    return show(request, "contracts/contract_act.html", "drawer", context, status)


@require_POST
def discard(request: PageRequest, contract_id: int) -> HttpResponse:
    """Take a draft away."""
    user = user_who_may(request, Action.EDIT_CONTRACT)
    found = visible_contract(user, contract_id)
    customer = open_file(user, found.customer_id)
    try:
        discard_draft(found)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=_page(found))
    message = _("The draft is taken away; the history keeps it.")
    return reload_at(request, reverse("customer_section", args=[customer.pk, "contracts"]), message)


def _page(contract: Contract) -> str:
    return reverse("contract", args=[contract.pk])
