"""Possible duplicates, two files side by side, and what became of merges."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import done, refused, reload_at
from core.requests import PageRequest
from customers.access import visible_customer
from customers.models import Customer, Duplicate, Merge
from organization.access import user_of, user_who_may
from organization.models import User
from organization.permissions import Action, can
from workspace.merging.asking import ask_merge, ask_undo
from workspace.merging.comparison import compare, fields, moved, what_moves

SHOWN = 100


class OtherForm(forms.Form):
    """The other file, by its code, among those one may see."""

    code = forms.CharField(
        label=gettext_lazy("code of the other file"), max_length=100, widget=forms.TextInput
    )

    def __init__(self, *args: Any, user: User, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = Customer.objects.visible_to(user).unmerged().exclude(pk=customer.pk)

    def clean_code(self) -> Customer:
        """The file."""
        found: Customer | None = self.others.filter(code=self.cleaned_data["code"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no such customer among those you may see."))
        return found


@require_safe
def duplicates(request: PageRequest) -> HttpResponse:
    """Pairs that may be one company, the most alike first."""
    user = user_who_may(request, Action.MERGE)
    pairs = Duplicate.objects.visible_to(user).waiting()
    shown = pairs.select_related("customer__org_unit", "other__org_unit").order_by("-score", "-pk")
    context = {"pairs": shown[: SHOWN + 1], "most": SHOWN, "tab": "duplicates"}
    return render(request, "workspace/merging/duplicates.html", context)


@require_POST
def dismiss(request: PageRequest, pair: int) -> HttpResponse:
    """The two are not the same company: never asked again."""
    user = user_who_may(request, Action.MERGE)
    found = Duplicate.objects.visible_to(user).filter(pk=pair, dismissed_at=None)
    if not found.update(dismissed_at=timezone.now(), dismissed_by=user):
        raise Http404
    return done(request, _("Remembered: these are two companies."), back=reverse("duplicates"))


@require_http_methods(["GET", "HEAD", "POST"])
def merge_new(request: PageRequest, pk: int) -> HttpResponse:
    """This file stays; `with` names the other. Side by side, or the question which other."""
    user = user_who_may(request, Action.MERGE)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("customer", customer.merged_into_id)
    data = request.POST if request.method == "POST" else request.GET
    asked = {"code": data["with"]} if "with" in data else None
    form = OtherForm(asked, user=user, customer=customer)
    if not form.is_valid():
        context = {"customer": customer, "form": form}
        status = 422 if request.method == "POST" else 200
        return render(request, "workspace/merging/choose.html", context, status=status)
    other = form.cleaned_data["code"]
    if request.method == "POST":
        return _asked(request, customer, other, user)
    context = {
        "customer": customer,
        "other": other,
        "rows": compare(user, customer, other),
        "moves": what_moves(other),
    }
    return render(request, "workspace/merging/compare.html", context)


def _asked(request: PageRequest, kept: Customer, other: Customer, user: User) -> HttpResponse:
    taken = [name for name in fields() if request.POST.get(f"take-{name}") == "other"]
    try:
        merge = ask_merge(kept, other, taken=taken, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=reverse("customer", args=[kept.pk]))
    return reload_at(request, reverse("merge", args=[merge.pk]), _("The files are being merged."))


@require_safe
def merges(request: PageRequest) -> HttpResponse:
    """What was merged, the latest first; administrators see codes only."""
    user = _who_sees_merges(request)
    found = Merge.objects.visible_to(user).select_related("asked_by")
    context = {
        "merges": found.order_by("-pk")[:SHOWN],
        "tab": "merges",
        "may_merge": can(user, Action.MERGE),
    }
    return render(request, "workspace/merging/merges.html", context)


@require_safe
def merge(request: PageRequest, number: int) -> HttpResponse:
    """One merge: where it stands, what moved, what was taken over; who may undo it."""
    user = _who_sees_merges(request)
    found = _visible_merge(user, number)
    labels = {f.name: f.verbose_name for f in Customer._meta.concrete_fields}
    context = {
        "merge": found,
        "moved": moved(dict(found.rows.values_list("place", "number"))),
        "taken": [labels.get(name, name) for name in found.taken],
        "may_undo": can(user, Action.UNMERGE) and found.state == Merge.State.DONE,
        "sees_files": can(user, Action.VIEW_CUSTOMERS),
    }
    name = "workspace/merging/merge.html"
    return render(request, f"{name}#state" if request.htmx else name, context)


@require_POST
def merge_undo(request: PageRequest, number: int) -> HttpResponse:
    """Make two files of one again."""
    user = user_who_may(request, Action.UNMERGE)
    found = _visible_merge(user, number)
    back = reverse("merge", args=[number])
    try:
        ask_undo(found, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=back)
    return reload_at(request, back, _("The files are being separated."))


def _who_sees_merges(request: PageRequest) -> User:
    """Those who merge, and the administrators who may undo it."""
    user = user_of(request)
    return user_who_may(request, Action.UNMERGE if user.is_administrator else Action.MERGE)


def _visible_merge(user: User, number: int) -> Merge:
    found = Merge.objects.visible_to(user).select_related("asked_by", "undone_by")
    merge = found.filter(pk=number).first()
    if merge is None:
        raise Http404
    return merge
