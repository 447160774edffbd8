"""A customer's people: the page of one, and recording, editing, leaving, coming back."""

from typing import Any

from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, reload_at, show
from core.requests import PageRequest
from customers.access import visible_contact, visible_customer
from customers.forms.contacts import ContactForm, LeaveForm
from customers.models import Contact
from customers.reports.people import person_card
from customers.services.contacts import come_back, leave, move_on, save_contact
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action, can

CHANGED = "people-changed"


def page_of(contact: Contact) -> str:
    """The address of a contact's page."""
    return reverse("contact", args=[contact.customer_id, contact.pk])


@require_safe
def contact(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """Everything about one contact that the person's role may read."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    found = visible_contact(user, pk, number)
    context = {
        "customer": found.customer,
        "contact": found,
        "card": person_card(user, found),
        "may_edit": can(user, Action.EDIT_CUSTOMER) and found.erased_on is None,
        "may_open": can(user, Action.OPEN_RESTRICTED) and found.erased_on is None,
        "may_answer": can(user, Action.ANSWER_PERSON) and found.erased_on is None,
    }
    return show(request, "customers/contact.html", "person", context)


@require_http_methods(["GET", "POST"])
def contact_new(request: PageRequest, pk: int) -> HttpResponse:
    """A new contact; `?legal=1` begins with the legal representative of the file."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    customer = visible_customer(user, pk)
    if customer.merged_into_id is not None:
        return redirect("contact_new", customer.merged_into_id)
    initial: dict[str, Any] = {"chain_role": request.GET.get("role", "")}
    if request.GET.get("legal"):
        initial |= {"name": customer.legal_representative, "is_legal_representative": True}
    data = request.POST if request.method == "POST" else None
    form = ContactForm(data, initial=initial, user=user, customer=customer)
    back = reverse("customer_section", args=[pk, "contacts"])
    if form.is_valid() and (saved := _saved(form, user)) is not None:
        message = _("{name} is among the contacts.").format(name=saved.name)
        return drawer_saved(request, message, CHANGED, back=back)
    context = {"form": form, "customer": customer, "back": back, "title": _("Add contact")}
    return show(request, "customers/contact_form.html", "drawer", context, _status(form))


@require_http_methods(["GET", "POST"])
def contact_edit(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """Change a contact; only what was changed is written."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    if found.erased_on is not None:
        return redirect(page_of(found))
    data = request.POST if request.method == "POST" else None
    form = ContactForm(data, instance=found, user=user, customer=found.customer)
    name = found.name
    if form.is_valid() and _saved(form, user) is not None:
        message = _("The changes of {name} are saved.").format(name=form.instance.name)
        return drawer_saved(request, message, CHANGED, back=page_of(found))
    context = {"form": form, "customer": found.customer, "back": page_of(found), "title": name}
    return show(request, "customers/contact_form.html", "drawer", context, _status(form))


def _saved(form: ContactForm, user: User) -> Contact | None:
    """The contact as it stands now; None, with a word in the form, when it was refused."""
    fields = set(form.changed_data)
    if "consent" in fields:
        fields.add("consent_on")
    try:
        return save_contact(form.save(commit=False), fields=fields, actor=user)
    except RefusedError as error:
        form.add_error(None, str(error))
    except IntegrityError as error:
        if "contact_name_in_customer" not in str(error):
            raise
        form.add_error("name", _("This customer has a contact of that name already."))
    return None


def _status(form: Any) -> int:
    return 422 if form.errors else 200


@require_http_methods(["GET", "POST"])
def contact_leave(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """The person does not work there any more; with a customer they went to, a post there."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    form = LeaveForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        try:
            return _left(request, found, form.cleaned_data, user)
        except RefusedError as error:
            form.add_error(None, str(error))
    context = {"form": form, "contact": found, "customer": found.customer, "back": page_of(found)}
    return show(request, "customers/contact_leave.html", "drawer", context, _status(form))


def _left(request: PageRequest, found: Contact, said: dict[str, Any], user: User) -> HttpResponse:
    if said["to"] is None:
        leave(found, on=said["on"], actor=user)
        message = _("{name} is kept as somebody who has left.").format(name=found.name)
        undo = reverse("contact_back", args=[found.customer_id, found.pk])
        return drawer_saved(request, message, CHANGED, back=page_of(found), undo=undo)
    post = move_on(found, to=said["to"], title=said["title"], on=said["on"], actor=user)
    message = _("{name} stands in the file of {customer} now.")
    message = message.format(name=post.name, customer=said["to"].name)
    return reload_at(request, page_of(post), message)


@require_POST
def contact_back(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """The person works there after all."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    try:
        come_back(found, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=page_of(found))
    message = _("{name} works there again.").format(name=found.name)
    return done(request, message, CHANGED, back=page_of(found))
