"""Saved views of the customer list, and its columns: drawers over the list."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from core.htmx import reload_at, show
from core.models import Version
from core.requests import PageRequest
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace import listing, saved_views
from workspace.filters import ListFilter
from workspace.list_forms import ColumnsForm, SavedViewForm
from workspace.models import SavedView
from workspace.views.customer_list import filtered

DRAWER = "workspace/list_drawer.html"


@require_http_methods(["GET", "POST"])
def new_view(request: PageRequest) -> HttpResponse:
    """Keep the list as it is filtered and sorted now (`?...` of this address) under a name."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    query = saved_views.canonical(request.GET, ListFilter.base_filters)
    view = SavedView(user=user, query=query[:1000])
    return _drawer(request, view, _("Save view"))


@require_http_methods(["GET", "POST"])
def edit_view(request: PageRequest, view: int) -> HttpResponse:
    """Rename or pin a view, delete it (`delete`), or let it keep the present filters (`keep`)."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    found = _mine(user, view)
    if "delete" in request.POST:
        found.delete()
        return reload_at(request, reverse("customer_list"), _("The view is deleted."))
    if "keep" in request.POST:
        found.query = saved_views.canonical(request.GET, ListFilter.base_filters)[:1000]
        found.save(update_fields=["query"])
        return reload_at(request, saved_views.address(found), _("The view is saved."))
    return _drawer(request, found, pgettext("of a list", "View"))


def _mine(user: User, pk: int) -> SavedView:
    view = SavedView.objects.filter(user=user, pk=pk).first()
    if view is None:
        raise Http404
    return view


def _drawer(request: PageRequest, view: SavedView, title: str) -> HttpResponse:
    if request.method == "POST":  # one after the other: names and their number are looked at first
        User.objects.select_for_update(no_key=True).get(pk=view.user_id)
    form = SavedViewForm(request.POST or None, instance=view)
    if form.is_valid():
        view = form.save()
        return reload_at(request, saved_views.address(view), _("The view is saved."))
    context = {
        "form": form,
        "title": title,
        "back": reverse("customer_list"),
        "can_delete": view.pk is not None,
    }
    return show(request, DRAWER, "drawer", context, 422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def list_columns(request: PageRequest) -> HttpResponse:
    """Which columns the list has, and how close its rows stand; back to `?...` of this address."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    form = ColumnsForm(request.POST or None, user=user)
    back = f"{reverse('customer_list')}?{request.GET.urlencode()}"
    if form.is_valid():
        form.save()
        return reload_at(request, back, _("The columns are saved."))
    context = {"form": form, "title": _("Columns"), "back": back}
    return show(request, DRAWER, "drawer", context, 422 if form.errors else 200)


@require_safe
def pinned_counts(request: PageRequest) -> HttpResponseBase:
    """The views of the side bar with the number of customers in each."""
    user = user_who_may(request, Action.VIEW_CUSTOMERS)
    if not request.htmx:
        return redirect("customer_list")
    version = Version.objects.current()
    counted = []
    for view in SavedView.objects.filter(user=user, pinned=True)[: saved_views.MOST_COUNTED]:
        _filters, found = filtered(saved_views.parsed(view), request, user, version)
        counted.append((view.name, saved_views.address(view), listing.count(found)))
    return render(request, "workspace/pinned.html#counted", {"counted": counted})
