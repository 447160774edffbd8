"""What another person answers to who asks to put a draft in force."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RefusedError
from core.htmx import drawer_saved, refused, reload_at, show
from core.requests import PageRequest
from organization.permissions import Action
from segmentation.forms.draft import ReasonForm
from segmentation.services import activate_rules, send_rules_back
from segmentation.views.asked import page_of, posted, user_for_the_company, version_or_404


@require_POST
def rule_activate(request: PageRequest, version: int) -> HttpResponse:
    """Put in force what another person asked for, as it was when this one looked."""
    user = user_for_the_company(request, Action.DECIDE_RULES)
    draft = version_or_404(version)
    active, _comma, asked = request.POST.get("seen", "").partition(",")
    seen = (int(active) if active.isdecimal() and len(active) < 10 else 0, asked)
    try:
        activate_rules(draft, actor=user, seen=seen)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=page_of(draft))
    text = _("Rules, version {version}, are in force from the next night on.")
    return reload_at(request, page_of(draft), text.format(version=version))


@require_http_methods(["GET", "POST"])
def rule_send_back(request: PageRequest, version: int) -> HttpResponse:
    """Answer no, with the reason."""
    user = user_for_the_company(request, Action.DECIDE_RULES)
    draft = version_or_404(version)
    if request.method == "GET" and draft.stage != "asked":
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            send_rules_back(draft, reason=form.cleaned_data["reason"], actor=user)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            if request.htmx:
                return reload_at(request, page_of(draft), _("Sent back to its author."))
            return drawer_saved(request, _("Sent back to its author."), back=page_of(draft))
    context = {"form": form, "rules": draft, "back": page_of(draft)}
    status = 422 if form.errors else 200
    return show(request, "segmentation/rules/send_back.html", "drawer", context, status=status)
