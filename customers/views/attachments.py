"""Files of a customer: put in, handed out, taken away."""

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.htmx import done, drawer_saved, show
from core.requests import PageRequest
from customers.access import open_file, visible_files
from customers.forms.files import FilesForm
from customers.models import Attachment, Customer
from customers.services.files import add_file, place, remove_file
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action

CHANGED = "files-changed"


@require_http_methods(["GET", "POST"])
def files_new(request: PageRequest, pk: int) -> HttpResponse:
    """The drawer with the box for files."""
    user = user_who_may(request, Action.KEEP_FILES)
    customer = open_file(user, pk)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    initial = {"contract_no": request.GET.get("contract", "")[:100]}
    form = FilesForm(*sent, customer=customer, user=user, initial=initial)
    if form.is_valid():
        return drawer_saved(request, _kept(form, customer, user), CHANGED, back=_back(customer))
    context = {"form": form, "customer": customer, "back": _back(customer)}
    status = 422 if form.errors else 200
    return show(request, "customers/files_new.html", "drawer", context, status)


def _kept(form: FilesForm, customer: Customer, user: User) -> str:
    """What was done, in words."""
    facts = {**form.cleaned_data}
    files = facts.pop("chosen")
    for file in files:
        add_file(Attachment(customer=customer, added_by=user, **facts), file)
    return ngettext("{n} file is kept.", "{n} files are kept.", len(files)).format(n=len(files))


@require_safe
def file(request: PageRequest, pk: int, row: int) -> HttpResponseBase:
    """The bytes, to be stored and not to be run: whatever is in them, it is no page of ours."""
    found = _file(user_who_may(request, Action.VIEW_CUSTOMERS), pk, row)
    try:
        opened = place(found.token).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(opened, content_type=found.content_type)
    # Also for names that are plain: one form, which no quote in a name can end.
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def file_remove(request: PageRequest, pk: int, row: int) -> HttpResponse:
    """Take a file away; the history keeps its name."""
    user = user_who_may(request, Action.KEEP_FILES)
    customer = open_file(user, pk)
    found = _file(user, pk, row)
    remove_file(found)
    message = _("{name} is taken away; the history keeps its name.").format(name=found.name)
    return done(request, message, CHANGED, back=_back(customer))


def _file(user: User, pk: int, row: int) -> Attachment:
    found: Attachment | None = visible_files(user, open_file(user, pk)).filter(pk=row).first()
    if found is None:
        raise Http404
    return found


def _back(customer: Customer) -> str:
    return reverse("customer_section", args=[customer.pk, "files"])
