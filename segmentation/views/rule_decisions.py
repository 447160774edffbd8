"""What another person answers to who asks to put a draft in force, and what is taken back."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from core.errors import RefusedError
from core.htmx import reload_at, show
from core.requests import PageRequest
from organization.access import user_of
from organization.permissions import Action
from segmentation.forms.decision import ReasonForm, StartForm
from segmentation.models import RuleSet
from segmentation.services import activate_rules, send_rules_back, take_rules_back
from segmentation.views.asked import page_of, posted, user_for_the_company, version_or_404
from segmentation.views.rules import acts


@dataclass(frozen=True, slots=True)
class _Answer:
    """One thing that is decided: its form, what it is called, and what carries it out."""

    rules: RuleSet
    form: forms.Form
    title: str
    act: Callable[[], str]  # returns what to say


@require_http_methods(["GET", "POST"])
def rule_activate(request: PageRequest, version: int) -> HttpResponse:
    """Put in force what another person asked for, as it was when this one looked."""
    user = user_for_the_company(request, Action.DECIDE_RULES)
    draft = version_or_404(version)
    if request.method == "GET" and draft.stage != "asked":
        raise Http404
    form = StartForm(posted(request), initial={"seen": request.GET.get("seen", "")})

    def act() -> str:
        day = form.cleaned_data["starts_on"]
        activate_rules(draft, actor=user, seen=form.decided_on(), starts_on=day)
        if day:
            text = _("Rules, version {version}, come into force with the night of {day}.")
            return text.format(version=version, day=day)
        text = _("Rules, version {version}, are in force from the next night on.")
        return text.format(version=version)

    return _decided(request, _Answer(draft, form, _("Put in force"), act))


@require_http_methods(["GET", "POST"])
def rule_send_back(request: PageRequest, version: int) -> HttpResponse:
    """Answer no, with the reason."""
    user = user_for_the_company(request, Action.DECIDE_RULES)
    draft = version_or_404(version)
    if request.method == "GET" and draft.stage != "asked":
        raise Http404
    form = ReasonForm(posted(request))

    def act() -> str:
        send_rules_back(draft, reason=form.cleaned_data["reason"], actor=user)
        return _("Sent back to its author.")

    return _decided(request, _Answer(draft, form, _("Send back"), act))


@require_http_methods(["GET", "POST"])
def rule_take_back(request: PageRequest, version: int) -> HttpResponse:
    """Before its day has come, by its author or who may decide; with the reason."""
    rules = version_or_404(version)
    user = user_of(request)
    if not acts(user, rules)["may_take_back"]:
        raise Http404
    form = ReasonForm(posted(request))

    def act() -> str:
        take_rules_back(rules, reason=form.cleaned_data["reason"], actor=user)
        return _("Taken back; it is a draft again.")

    return _decided(request, _Answer(rules, form, pgettext("rule set", "Take back"), act))


def _decided(request: PageRequest, answer: _Answer) -> HttpResponse:
    """The drawer; the page of the version once it is carried out."""
    form, back = answer.form, page_of(answer.rules)
    if request.method == "POST" and form.is_valid():
        try:
            text = answer.act()
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return reload_at(request, back, text)
    context = {"form": form, "rules": answer.rules, "title": answer.title, "back": back}
    status = 422 if form.errors else 200
    return show(request, "segmentation/rules/decision.html", "drawer", context, status=status)
