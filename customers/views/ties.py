"""Who of us knows a contact, whom the contact knows, and which posts are one human being's."""

from collections.abc import Callable

from django.forms import Form
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, show
from core.requests import PageRequest
from customers.access import visible_contact
from customers.forms.contacts import AcquaintanceForm, TieForm
from customers.models import Contact
from customers.services.contacts import join_posts, part_post
from customers.services.ties import acquaint, estrange, tie, untie
from customers.views.contacts import CHANGED, page_of
from organization.access import user_who_may
from organization.permissions import Action


@require_http_methods(["GET", "POST"])
def contact_tie(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """One of us knows the contact; the same colleague again changes how well."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    form = TieForm(_sent(request), initial={"user": user.pk}, actor=user, customer=found.customer)
    return _relation(
        request,
        found,
        form,
        save=lambda: tie(found, actor=user, **form.cleaned_data),
        title=_("Who of us knows them"),
        saved=_("Who of us knows {name} is saved."),
    )


@require_POST
def contact_untie(request: PageRequest, pk: int, number: int, colleague: int) -> HttpResponse:
    """The colleague does not know the contact any more."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    try:
        untie(found, user=colleague, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=page_of(found))
    return done(request, _("The relation is taken out."), CHANGED, back=page_of(found))


@require_http_methods(["GET", "POST"])
def contact_knows(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """The contact knows another one of the customer."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    form = AcquaintanceForm(_sent(request), actor=user, contact=found)
    return _relation(
        request,
        found,
        form,
        save=lambda: acquaint(found, actor=user, **form.cleaned_data),
        title=_("Whom they know"),
        saved=_("Whom {name} knows is saved."),
    )


def _sent(request: PageRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _relation(
    request: PageRequest,
    found: Contact,
    form: Form,
    *,
    save: Callable[[], object],
    title: str,
    saved: str,
) -> HttpResponse:
    """The drawer of a relation of the contact; what was sent is saved when it is right."""
    if form.is_valid():
        try:
            save()
        except RefusedError as error:
            form.add_error(None, str(error))
        else:
            message = saved.format(name=found.name)
            return drawer_saved(request, message, CHANGED, back=page_of(found))
    context = {"form": form, "contact": found, "customer": found.customer, "back": page_of(found)}
    status = 422 if form.errors else 200
    template = "customers/contact_relation.html"
    return show(request, template, "drawer", {**context, "title": title}, status)


@require_POST
def contact_estrange(request: PageRequest, pk: int, number: int, other: int) -> HttpResponse:
    """The two do not know each other."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    try:
        estrange(found, other=other, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=page_of(found))
    return done(request, _("The relation is taken out."), CHANGED, back=page_of(found))


@require_POST
def contact_join(request: PageRequest, pk: int, number: int, other: int) -> HttpResponse:
    """Another contact, perhaps of another customer, is the same human being."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    same = Contact.objects.visible_to(user).filter(pk=other).first()
    if same is None:
        raise Http404
    try:
        join_posts(found, same, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=page_of(found))
    undo = reverse("contact_part", args=[pk, number])
    message = _("{name} is one person in both files.").format(name=found.name)
    return done(request, message, CHANGED, back=page_of(found), undo=undo)


@require_POST
def contact_part(request: PageRequest, pk: int, number: int) -> HttpResponse:
    """The contact is somebody else than the others they were joined with."""
    user = user_who_may(request, Action.EDIT_CUSTOMER)
    found = visible_contact(user, pk, number)
    try:
        part_post(found, actor=user)
    except RefusedError as error:
        return refused(request, str(error), back=page_of(found))
    message = _("{name} stands for themselves again.").format(name=found.name)
    return done(request, message, CHANGED, back=page_of(found))
