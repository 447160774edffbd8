"""Complaints in the drawer: taken down, answered, solved."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import RefusedError
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from customers.access import open_file
from customers.models import Customer
from engagement import services
from engagement.forms import AnswerForm, NewComplaintForm, SolutionForm
from engagement.models import Complaint
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

CHANGED = "complaints-changed"


@require_http_methods(["GET", "POST"])
def complaint_new(request: PageRequest, pk: int) -> HttpResponse:
    """A complaint that somebody takes down."""
    user = user_who_may(request, Action.HANDLE_COMPLAINT)
    customer = open_file(user, pk)
    form = NewComplaintForm(_posted(request), customer=customer, user=user, prefix="complaint")

    def save() -> str:
        complaint, _new = services.take_complaint(customer, form.words(), actor=user)
        message = _("Taken down as {number}; first answer by {moment}.")
        due = f"{timezone.localtime(complaint.answer_due_at):%m-%d %H:%M}"
        return message.format(number=complaint.complaint_no, moment=due)

    return _drawer(request, customer, "new", form, save)


@require_http_methods(["GET", "POST"])
def complaint_answer(request: PageRequest, pk: int, complaint: int) -> HttpResponse:
    """The first answer the customer was given."""
    user = user_who_may(request, Action.HANDLE_COMPLAINT)
    customer = open_file(user, pk)
    found = _complaint(user, customer, complaint)
    form = AnswerForm(_posted(request), prefix="complaint")

    def save() -> str:
        answer = form.cleaned_data["answer"]
        services.answer_complaint(found, answer=answer, at=timezone.now(), actor=user)
        return _("The first answer to {number} is recorded.").format(number=found.complaint_no)

    return _drawer(request, customer, "answer", form, save, complaint=found)


@require_http_methods(["GET", "POST"])
def complaint_solve(request: PageRequest, pk: int, complaint: int) -> HttpResponse:
    """How it was solved."""
    user = user_who_may(request, Action.HANDLE_COMPLAINT)
    customer = open_file(user, pk)
    found = _complaint(user, customer, complaint)
    form = SolutionForm(_posted(request), prefix="complaint")

    def save() -> str:
        services.solve_complaint(found, **form.cleaned_data, at=timezone.now(), actor=user)
        return _("Complaint {number} is solved.").format(number=found.complaint_no)

    return _drawer(request, customer, "solve", form, save, complaint=found)


def _complaint(user: User, customer: Customer, pk: int) -> Complaint:
    """The customer's complaint, else 404."""
    seen = Complaint.objects.visible_to(user).filter(customer=customer)
    found = seen.select_related("customer").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _posted(request: PageRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _drawer(
    request: PageRequest,
    customer: Customer,
    name: str,
    form: forms.BaseForm,
    save: Callable[[], str],
    *,
    complaint: Complaint | None = None,
) -> HttpResponse:
    """The drawer, or what `save` has to say once the form is right and nothing refuses."""
    back = reverse("customer_section", args=[customer.pk, "complaints"])
    if form.is_valid():
        try:
            message = save()
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            events = (CHANGED, "tasks-changed", "alerts-changed", "notes-changed")
            return drawer_saved(request, message, *events, back=back)
    context = {"form": form, "complaint": complaint, "customer": customer, "back": back}
    template = f"workspace/complaints/{name}.html"
    return show(request, template, "drawer", context, 422 if form.errors else 200)
