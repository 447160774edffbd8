"""Pages of the customer file itself."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.htmx import reload_at, show
from core.requests import PageRequest
from customers.access import editable_customer, visible_customer
from customers.forms import CustomerForm, NewCustomerForm
from customers.forms.changes import who_changed
from customers.models import Customer
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action


@require_http_methods(["GET", "POST"])
@transaction.atomic
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the plain fields of a file.

    Answers 422 with the form when something is wrong, 409 when somebody else changed the same.
    """
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("customer", customer.merged_into_id)
    data = request.POST if request.method == "POST" else None
    if data is not None:
        customer = editable_customer(user, pk, lock=True)
    form = CustomerForm(data, instance=customer, user=user)
    if request.method == "POST" and form.is_valid() and _saved(form, user):
        messages.success(request, _("The changes are saved."))
        return redirect("customer", pk)
    status = 409 if form.conflicts else 422 if form.errors else 200
    shown = Customer.objects.visible_to(user).get(pk=pk)  # the form has written into `customer`
    context = {"form": form, "customer": shown, "conflicts": who_changed(form)}
    return render(request, "customers/edit.html", context, status=status)


def _saved(form: CustomerForm, user: User) -> bool:
    """Whether the file is saved; not when it would then be out of the person's sight."""
    with transaction.atomic():
        customer = form.write()
        if Customer.objects.visible_to(user).filter(pk=customer.pk).exists():
            return True
        transaction.set_rollback(True)
    form.add_error(None, _("You would no longer see this customer: ask a higher unit to move it."))
    return False


@require_http_methods(["GET", "POST"])
def create(request: PageRequest) -> HttpResponse:
    """A new file, from the drawer or as a page; then on to it."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    form = NewCustomerForm(request.POST or None, user=user)
    if form.is_valid() and (customer := _created(form)) is not None:
        page = reverse("customer", args=[customer.pk])
        return reload_at(request, page, _("The customer is recorded."))
    context = {"form": form, "back": reverse("customer_list")}
    return show(request, "customers/new.html", "drawer", context, 422 if form.errors else 200)


def _created(form: NewCustomerForm) -> Customer | None:
    """The new file; None with a word in the form when the code is taken.

    The form cannot know: the file that has the code may be hidden from the person.
    """
    try:
        with transaction.atomic():
            return form.save()
    except IntegrityError as error:
        if "customers_customer_code" not in str(error):
            raise
        form.refuse_code()
        return None
