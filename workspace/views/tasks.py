"""What people do with tasks, in the drawer: new, changed, done, put off, dropped."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import RefusedError
from core.htmx import done, drawer_saved, refused, show
from core.requests import PageRequest
from customers.choosing import find_customers
from engagement import services
from engagement.forms import DropForm, EditTaskForm, FinishForm, NewTaskForm, PostponeForm
from engagement.models import Task
from organization.access import user_who_may
from organization.models import User
from organization.permissions import Action
from workspace.words import day_text

CHANGED = "tasks-changed"


def _task(user: User, pk: int) -> Task:
    """The task if its customer may be seen, else 404: hidden and absent look the same."""
    seen = Task.objects.visible_to(user).select_related("customer", "assignee")
    found = seen.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def task_new(request: PageRequest) -> HttpResponse:
    """Something to do for a customer."""
    user = user_who_may(request, Action.HANDLE_TASK)
    known = {name: request.GET.get(name, "") for name in ("customer", "kind", "title")}
    initial = {name: value for name, value in known.items() if value}
    form = NewTaskForm(_posted(request), user=user, initial=initial, prefix="task")

    def save() -> str:
        if form.chosen is None:
            raise Http404
        task = services.add_task(form.chosen, form.plan(), actor=user)
        message = _("To do on {day}: {customer}")
        return message.format(day=day_text(task.due_on), customer=form.chosen.name)

    return _drawer(request, "new", form, save)


@require_safe
def task_customers(request: PageRequest) -> HttpResponse:
    """The answers of the customer box: who fits what is being typed."""
    user = user_who_may(request, Action.HANDLE_TASK)
    text = request.GET.get("q", "")
    context = {"customers": find_customers(user, text), "text": text}
    return render(request, "customers/found.html", context)


@require_http_methods(["GET", "POST"])
def task_edit(request: PageRequest, task: int) -> HttpResponse:
    """What it says, when it is due and who does it."""
    user = user_who_may(request, Action.HANDLE_TASK)
    found = _task(user, task)
    form = EditTaskForm(_posted(request), task=found, user=user, prefix="task")

    def save() -> str:
        services.change_task(found, form.plan())
        return _("Changed: {customer}").format(customer=found.customer.name)

    return _drawer(request, "edit", form, save, task=found)


@require_POST
def task_done(request: PageRequest, task: int) -> HttpResponse:
    """Done, without words; the toast takes it back."""
    user = user_who_may(request, Action.HANDLE_TASK)
    found = _task(user, task)
    try:
        services.finish_task(found, actor=user)
    except RefusedError as refusal:
        return refused(request, str(refusal), back=reverse("task_list"))
    message = _("Done: {customer}").format(customer=found.customer.name)
    undo = reverse("task_undo", args=[task])
    return done(request, message, CHANGED, back=reverse("task_list"), undo=undo)


@require_POST
def task_undo(request: PageRequest, task: int) -> HttpResponse:
    """Open again."""
    found = _task(user_who_may(request, Action.HANDLE_TASK), task)
    services.reopen_task(found)
    message = _("Open again: {customer}").format(customer=found.customer.name)
    return done(request, message, CHANGED, back=reverse("task_list"))


@require_http_methods(["GET", "POST"])
def task_finish(request: PageRequest, task: int) -> HttpResponse:
    """Done, with what came of it and the next follow-up."""
    user = user_who_may(request, Action.HANDLE_TASK)
    found = _task(user, task)
    form = FinishForm(_posted(request), task=found, prefix="task")

    def save() -> str:
        on = form.follow_up_on()
        services.finish_with_words(found, form.talk(timezone.now()), actor=user, follow_up_on=on)
        if on is None:
            return _("Done: {customer}").format(customer=found.customer.name)
        message = _("Done: {customer}. Next follow-up {day}.")
        return message.format(customer=found.customer.name, day=day_text(on))

    return _drawer(request, "finish", form, save, task=found)


@require_http_methods(["GET", "POST"])
def task_postpone(request: PageRequest, task: int) -> HttpResponse:
    """Another day."""
    user = user_who_may(request, Action.HANDLE_TASK)
    found = _task(user, task)
    form = PostponeForm(_posted(request), prefix="task")

    def save() -> str:
        day = form.follow_up_on()
        if day is None:
            raise RefusedError(_("Choose how far, or a day."))
        services.reschedule_task(found, to=day)
        message = _("Put off to {day}: {customer}")
        return message.format(day=day_text(day), customer=found.customer.name)

    return _drawer(request, "postpone", form, save, task=found)


@require_http_methods(["GET", "POST"])
def task_drop(request: PageRequest, task: int) -> HttpResponse:
    """Nobody will do it, for a reason."""
    user = user_who_may(request, Action.HANDLE_TASK)
    found = _task(user, task)
    form = DropForm(_posted(request), prefix="task")

    def save() -> str:
        services.drop_task(found, actor=user, reason=form.cleaned_data["reason"])
        return _("Dropped: {customer}").format(customer=found.customer.name)

    undo = reverse("task_undo", args=[task])
    return _drawer(request, "drop", form, save, task=found, undo=undo)


def _posted(request: PageRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _drawer(
    request: PageRequest,
    name: str,
    form: forms.Form,
    save: Callable[[], str],
    *,
    task: Task | None = None,
    undo: str = "",
) -> HttpResponse:
    """The drawer, or what `save` has to say once the form is right and nothing refuses."""
    back = reverse("task_list")
    if form.is_bound and form.is_valid():
        try:
            message = save()
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            events = (CHANGED, "notes-changed")
            return drawer_saved(request, message, *events, back=back, undo=undo)
    context = {"form": form, "task": task, "back": back}
    template = f"workspace/tasks/{name}.html"
    return show(request, template, "drawer", context, 422 if form.errors else 200)
