"""The drawer in which somebody asks for an open line to be given up."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.forms import WriteOffForm
from contracts.models import PlanLine
from core.errors import RefusedError
from core.htmx import drawer_saved, show
from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.credit.write_offs import ask_write_off


@require_http_methods(["GET", "POST"])
def write_off(request: PageRequest, line_id: int) -> HttpResponse:
    """Ask for a line to be written off or waived; a second person decides."""
    user = user_who_may(request, Action.WRITE_OFF_LINE)
    line = PlanLine.objects.visible_to(user).select_related("customer").filter(pk=line_id).first()
    if line is None:
        raise Http404
    form = WriteOffForm(request.POST if request.method == "POST" else None)
    back = reverse("customer_section", args=[line.customer_id, "receivables"])
    if form.is_bound and form.is_valid() and (said := _asked(form, line, user)):
        return drawer_saved(request, said, "lines-changed", "approvals-changed", back=back)
    context = {"form": form, "line": line, "left": line.amount - line.paid, "back": back}
    status = 422 if form.errors else 200
    return show(request, "workspace/credit/write_off.html", "drawer", context, status)


def _asked(form: WriteOffForm, line: PlanLine, user: User) -> str:
    """Who was asked, in words; "" with the refusal in the form."""
    data = form.cleaned_data
    try:
        approval = ask_write_off(
            line, reason=data["reason"].strip(), waived=data["kind"] == "waived", actor=user
        )
    except RefusedError as error:
        form.add_error(None, str(error))
        return ""
    message = _("{unit} was asked to approve it.")
    return message.format(unit=approval.addressee.name)
