"""What is to be done, when, by whom; and what came of it."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.combo import ComboBox
from core.form_fields import DayField, ReasonField
from customers.choosing import chosen_customer
from customers.models import Customer
from customers.reports.policies import policy_on
from engagement.forms.days import DISTANCES, FollowUpMixin, refuse_odd_day
from engagement.models import Note, Task
from engagement.rules.follow_ups import follow_up_day
from engagement.services import Plan, Talk
from organization.models import OrgUnit, User
from organization.permissions import ROLES_BY_ACTION, Action
from organization.reports import work_calendar

_AHEAD = dt.timedelta(days=60)  # that far most tasks are planned


class TaskForm(forms.Form):
    """What both a new and a known task say."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind"), choices=Task.Kind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=gettext_lazy("what is to be done"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: send the new price list, ask about the peak season."),
    )
    due_on = DayField(label=gettext_lazy("due on"))
    assignee: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        User.objects.none(), label=pgettext_lazy("of a task", "who"), empty_label=None
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.today = timezone.localdate()
        self.fields["assignee"].queryset = colleagues(user)  # type: ignore[attr-defined]  # a field of choices
        self.initial.setdefault("assignee", user.pk)
        ahead = self.today + _AHEAD
        if work_calendar().is_provisional(ahead):
            self.fields["due_on"].help_text = _(
                "The holidays of {year} are not published yet: the calendar is provisional."
            ).format(year=ahead.year)

    def plan(self) -> Plan:
        """What was filled in."""
        data = self.cleaned_data
        return Plan(data["kind"], data["due_on"], data["assignee"], data["title"])


class NewTaskForm(TaskForm):
    """With the customer it is for."""

    customer = forms.CharField(
        label=gettext_lazy("customer"),
        max_length=200,
        widget=ComboBox("task_customers"),
        help_text=gettext_lazy("Type a code or a part of the name."),
    )
    field_order = ("customer", "kind", "title", "due_on", "assignee")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, user=user, **options)
        self.initial.setdefault("kind", Task.Kind.FOLLOW_UP)
        self.initial.setdefault("due_on", follow_up_day(self.today, 1, work_calendar()))
        self.chosen: Customer | None = None

    def clean_customer(self) -> str:
        """The one visible customer of that code or exact name; kept as `chosen`."""
        text: str = self.cleaned_data["customer"].strip()
        self.chosen = chosen_customer(self.user, text)
        return text

    def clean_due_on(self) -> Any:
        """From today on."""
        refuse_odd_day(self.cleaned_data["due_on"], self.today)
        return self.cleaned_data["due_on"]


class EditTaskForm(TaskForm):
    """A known task; its day may have gone by unless it is changed."""

    def __init__(self, *args: Any, task: Task, user: User, **options: Any) -> None:
        names = ("kind", "title", "due_on", "assignee")
        options["initial"] = {name: getattr(task, name) for name in names}
        super().__init__(*args, user=user, **options)
        self.task = task
        people: Any = self.fields["assignee"]
        people.queryset = User.objects.filter(
            Q(pk__in=people.queryset.values("pk")) | Q(pk=task.assignee_id)
        ).order_by("name")

    def clean_due_on(self) -> Any:
        """From today on, or as it was."""
        day = self.cleaned_data["due_on"]
        if day != self.task.due_on:
            refuse_odd_day(day, self.today)
        return day


class PostponeForm(FollowUpMixin):
    """Until when."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"next_in": "1"})
        super().__init__(*args, **options)
        self.today = timezone.localdate()
        self.fields["next_in"].choices = DISTANCES  # type: ignore[attr-defined]  # a field of choices
        self.fields["next_in"].label = _("put off by")

    def clean(self) -> dict[str, Any]:
        """One of both."""
        data = super().clean() or {}
        if not self.errors and not data.get("next_in") and not data.get("next_on"):
            self.add_error("next_on", _("Choose how far, or a day."))
        return data


class FinishForm(FollowUpMixin):
    """What came of it, in a note of the file, and when to follow up next."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        choices=[
            (kind, kind.label)
            for kind in (Note.Kind.CALL, Note.Kind.WECHAT, Note.Kind.VISIT, Note.Kind.NOTE)
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=gettext_lazy("what came of it"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=gettext_lazy("Stands in the file as a note. Empty: just done."),
    )
    token = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    field_order = ("kind", "text", "next_in", "next_on")

    def __init__(self, *args: Any, task: Task, **options: Any) -> None:
        kinds = {Task.Kind.VISIT: Note.Kind.VISIT, Task.Kind.TODO: Note.Kind.NOTE}
        usual = policy_on(task.customer, timezone.localdate()).call_days
        seeks = task.kind in Task.TOUCHES
        options.setdefault(
            "initial",
            {
                "kind": kinds.get(Task.Kind(task.kind), Note.Kind.CALL),
                "next_in": str(usual) if seeks else "",
            },
        )
        super().__init__(*args, **options)
        self.offer_days(usual)
        self.today = timezone.localdate()

    def talk(self, at: dt.datetime) -> Talk:
        """What was filled in; without a text there is nothing to write down."""
        data = self.cleaned_data
        return Talk(data["kind"], data["text"], str(data["token"]), at)


class DropForm(forms.Form):
    """Why nobody will do it."""

    reason = ReasonField(label=pgettext_lazy("dropping a task", "reason"))


def colleagues(user: User) -> Any:
    """Who may be given tasks: the active people of the person's unit and below, and themself."""
    able = Q(is_active=True, role__in=ROLES_BY_ACTION[Action.HANDLE_TASK])
    near = Q(org_unit__in=OrgUnit.objects.visible_to(user).values("pk"))
    return User.objects.filter(able & near | Q(pk=user.pk)).order_by("name")
