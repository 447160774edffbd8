"""A complaint as somebody takes it down; its first answer; its solution."""

import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from engagement.forms.talks import LOCAL_MOMENT
from engagement.models import Complaint
from engagement.services import Words
from organization.models import Department, OrgUnit, User


class NewComplaintForm(forms.ModelForm[Complaint]):
    """What the customer says; the same form sent twice is one complaint."""

    token = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    class Meta:
        model = Complaint
        fields = [
            "channel", "category", "severity", "received_at", "text", "waybill_no", "contact_name",
            "contact_phone", "claimed", "department",
        ]  # fmt: skip
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "severity": forms.RadioSelect,
            "received_at": forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format=LOCAL_MOMENT
            ),
        }
        help_texts = {
            "severity": _("A high one has half the time."),
            "department": _("Who caused it, as far as is known: front or back office."),
        }

    def __init__(self, *args: Any, customer: Customer, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("received_at", timezone.localtime())
        self.fields["text"].label = pgettext_lazy("complaint", "what the customer says")
        department: Any = self.fields["department"]
        department.queryset = _departments(customer, user)
        department.label_from_instance = lambda each: f"{each.unit.name} · {each.name}"

    def clean_received_at(self) -> Any:
        """Not later than now."""
        received_at = self.cleaned_data["received_at"]
        if received_at > timezone.now():
            raise forms.ValidationError(_("This moment is still to come."))
        return received_at

    def words(self) -> Words:
        """What was filled in, under a number made of the day and the form."""
        data = dict(self.cleaned_data)
        token, department = data.pop("token"), data["department"]
        day = timezone.localdate(data["received_at"])
        number = f"TS{day:%y%m%d}-{token.hex[:6].upper()}"
        return Words(complaint_no=number, unit=department and department.unit, **data)


def _departments(customer: Customer, user: User) -> Any:
    """Those of the person's units and of the units above the customer."""
    above = [int(part) for part in customer.org_unit.path.split("/") if part]
    units = OrgUnit.objects.visible_to(user).order_by().values("pk")
    found = Department.objects.filter(Q(unit__in=above) | Q(unit__in=units))
    return found.select_related("unit").order_by("unit__path", "kind", "name")


class AnswerForm(forms.Form):
    """What the customer was told first."""

    answer = forms.CharField(
        label=_("first answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("What the customer was told, and what happens next."),
    )


class SolutionForm(forms.Form):
    """How it was solved, and what the customer thinks of it."""

    solution = forms.CharField(
        label=_("solution"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    verdict = forms.ChoiceField(
        label=_("customer's verdict"),
        choices=[("", pgettext_lazy("verdict", "Not asked")), *Complaint.Verdict.choices],
        required=False,
        widget=forms.RadioSelect,
    )
