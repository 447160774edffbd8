"""Prospects by stage, moved by a click; what they may bring and the next step in the drawer."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, show
from core.requests import PageRequest
from customers.access import open_file
from customers.models import Customer, Prospect
from customers.services.prospects import expect_volume, move_prospect
from engagement.forms import ProspectForm
from engagement.services import set_follow_up
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace.prospects import board

CHANGED = ("prospects-changed", "tasks-changed")


@require_safe
def prospects(request: PageRequest) -> HttpResponse:
    """The board."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    context = {
        "board": board(user, timezone.localdate()),
        "may_edit": can(user, Action.EDIT_CUSTOMER),
    }
    return show(request, "workspace/prospects/board.html", "board", context)


@require_POST
def prospect_move(request: PageRequest, pk: int, stage: str) -> HttpResponse:
    """Into another stage; the toast takes it back. What was lost is said why in the drawer."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    customer = open_file(user, pk)
    back = reverse("prospects")
    if stage not in Prospect.Stage.values:
        raise Http404
    try:
        before = move_prospect(customer, stage, on=timezone.localdate(), actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=back)
    undo = ""
    if before not in (stage, Prospect.Stage.LOST):
        undo = reverse("prospect_move", args=[pk, before])
    return done(request, _said(customer, stage), *CHANGED, back=back, undo=undo)


@require_http_methods(["GET", "POST"])
def prospect_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Stage, expected volume and the next step."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    customer = open_file(user, pk)
    posted = request.POST if request.method == "POST" else None
    known = Prospect.objects.visible_to(user).filter(customer=customer).first()
    form = ProspectForm(posted, prospect=known, customer=customer, prefix="prospect")
    back = reverse("prospects")
    if form.is_bound and form.is_valid():
        try:
            _save(customer, form, user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _said(customer, form.cleaned_data["stage"])
            return drawer_saved(request, message, *CHANGED, back=back)
    context = {"form": form, "customer": customer, "back": back}
    template = "workspace/prospects/edit.html"
    return show(request, template, "drawer", context, 422 if form.errors else 200)


def _save(customer: Customer, form: ProspectForm, user: User) -> None:
    today, data = timezone.localdate(), form.cleaned_data
    move_prospect(customer, data["stage"], on=today, actor=user, reason=data["lost_reason"])
    expect_volume(customer, data["expected_monthly_volume"], on=today, actor=user)
    on = form.follow_up_on()
    if on is not None:
        set_follow_up(customer, on=on, title=data["next_step"], actor=user)


def _said(customer: Customer, stage: str) -> str:
    message = _("{customer}: {stage}")
    return message.format(customer=customer.name, stage=Prospect.Stage(stage).label)
