"""Requests for approval: what waits for me, what I asked, what was decided."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import RefusedError
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from organization.access import safe_next, user_who_may
from organization.forms import AnswerForm
from organization.models import Approval, User
from organization.permissions import Action
from organization.services.approvals import refuse, withdraw
from workspace.approvals import approve_and_apply, facts_of

CHANGED = "approvals-changed"
SHOWN = 100
State = Approval.State
SHOWS: dict[str, Any] = {
    "waiting": gettext_lazy("Waiting for me"),
    "below": gettext_lazy("Waiting below"),
    "mine": gettext_lazy("Asked by me"),
    "decided": gettext_lazy("Decided"),
}


@require_safe
def approvals(request: PageRequest) -> HttpResponse:
    """The list, latest first; what waits oldest first."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    wanted = request.GET.get("show", "")
    chosen = wanted if wanted in SHOWS else "waiting" if _decides(user) else "mine"
    rows = list(_rows(user, chosen)[: SHOWN + 1])
    context = {
        "shows": [(name, label) for name, label in SHOWS.items() if name in _offered(user)],
        "show": chosen,
        "rows": rows[:SHOWN],
        "has_more": len(rows) > SHOWN,
        "shown": SHOWN,
    }
    template = "workspace/approvals/list.html"
    return render(request, f"{template}#list" if request.htmx else template, context)


def _decides(user: User) -> bool:
    return user.role in (User.Role.UNIT_MANAGER, User.Role.FINANCE)


def _offered(user: User) -> tuple[str, ...]:
    return tuple(SHOWS) if _decides(user) else ("mine",)


def _rows(user: User, show: str) -> Any:
    rows = Approval.objects.select_related("asked_by", "addressee", "unit", "decided_by")
    if show == "waiting":
        return rows.waiting_for(user).order_by("asked_at", "pk")
    if show == "below":
        return rows.waiting_below(user).order_by("asked_at", "pk")
    if show == "mine":
        return rows.filter(asked_by=user)
    return rows.visible_to(user).exclude(state=State.WAITING).order_by("-decided_at", "-pk")


@require_http_methods(["GET", "POST"])
def approval(request: PageRequest, approval: int) -> HttpResponse:
    """One request in the drawer: decided, taken back, or only read, as it stands."""
    user = user_who_may(request, Action.ASK_APPROVAL)
    rows = Approval.objects.visible_to(user)
    found = rows.select_related("asked_by", "addressee", "unit", "decided_by").filter(pk=approval)
    subject = found.first()
    if subject is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (said := _decided(form, subject, user)):
        return drawer_saved(request, said, CHANGED, back=reverse("approvals"))
    is_waiting = subject.state == State.WAITING
    context = {
        "approval": subject,
        "facts": facts_of(subject),
        "page": safe_next(request, subject.url, otherwise=""),
        "form": form,
        "is_mine": is_waiting and subject.asked_by_id == user.pk,
        "may_decide": is_waiting and subject.asked_by_id != user.pk,
        "back": reverse("approvals"),
    }
    status = 422 if form.errors else 200
    return show(request, "workspace/approvals/one.html", "drawer", context, status)


def _plain_decision(approval: Approval, user: User) -> str:
    """What the drawer's own button means."""
    return "withdraw" if approval.asked_by_id == user.pk else "approve"


def _decided(form: AnswerForm, approval: Approval, user: User) -> str:
    """What was done, in words; "" with the refusal in the form."""
    answer = form.cleaned_data["answer"]
    decision = form.cleaned_data["decision"] or _plain_decision(approval, user)
    try:
        if decision == "withdraw":
            withdraw(approval, actor=user)
            return _("The request is taken back.")
        if decision == "refuse":
            refuse(approval, reason=answer, actor=user)
            return _("Refused: {subject}").format(subject=approval.subject)
        approve_and_apply(approval, reason=answer, actor=user)
        return _("Approved and carried out: {subject}").format(subject=approval.subject)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return ""
