"""What people do with an alert of the queue: done, later, and back again."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, show
from core.requests import PageRequest
from engagement.forms import SnoozeForm
from engagement.models import Alert
from engagement.services import acknowledge_alert, reopen_alert, snooze_alert
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

CHANGED = "alerts-changed"


def _alert(user: User, pk: int) -> Alert:
    """The alert if its customer may be seen, else 404: hidden and absent look the same."""
    found = Alert.objects.visible_to(user).select_related("customer").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_POST
def alert_done(request: PageRequest, alert: int) -> HttpResponse:
    """Dealt with; the toast takes it back."""
    user = user_who_may(request, Action.HANDLE_ALERT)
    found = _alert(user, alert)
    try:
        acknowledge_alert(found, on=timezone.localdate())
    except RefusedError as refusal:
        return refused(request, str(refusal), back=reverse("home"))
    message = _("Done: {customer}").format(customer=found.customer.name)
    undo = reverse("alert_undo", args=[alert])
    return done(request, message, CHANGED, back=reverse("home"), undo=undo)


@require_POST
def alert_undo(request: PageRequest, alert: int) -> HttpResponse:
    """Back into the queue."""
    user = user_who_may(request, Action.HANDLE_ALERT)
    found = _alert(user, alert)
    try:
        reopen_alert(found)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=reverse("home"))
    message = _("Back in the queue: {customer}").format(customer=found.customer.name)
    return done(request, message, CHANGED, back=reverse("home"))


@require_http_methods(["GET", "POST"])
def alert_snooze(request: PageRequest, alert: int) -> HttpResponse:
    """Put off to a day, with a reason."""
    user = user_who_may(request, Action.HANDLE_ALERT)
    found = _alert(user, alert)
    today = timezone.localdate()
    form = SnoozeForm(request.POST if request.method == "POST" else None, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            snooze_alert(found, on=today, **form.cleaned_data)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _("Put off: {customer}").format(customer=found.customer.name)
            undo = reverse("alert_undo", args=[alert])
            return drawer_saved(request, message, CHANGED, back=reverse("home"), undo=undo)
    context = {"form": form, "alert": found, "back": reverse("home")}
    status = 422 if form.errors else 200
    return show(request, "workspace/alert_snooze.html", "drawer", context, status=status)
