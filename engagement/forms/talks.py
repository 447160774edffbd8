"""What people write down about customers."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact, Customer
from customers.querysets import managers_for
from customers.reports.policies import policy_on
from engagement.forms.days import FollowUpMixin
from engagement.models import Note
from engagement.services import Talk
from organization.models import User

_WRITTEN_HERE = (
    "call", "wechat", "visit", "note", "email", "meeting", "hotline", "counter", "event",
)  # fmt: skip
MOST_CONTACTS = 8  # offered beside the text; others stand under Contacts
LOCAL_MOMENT = "%Y-%m-%dT%H:%M"


class NoteForm(FollowUpMixin):
    """A note; `token` tells a form that was sent twice from two equal notes."""

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind, Note.Kind(kind).label) for kind in _WRITTEN_HERE],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("text"),
        max_length=10_000,
        error_messages={"required": _("Write what was said or seen.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contacts: forms.ModelMultipleChoiceField[Contact] = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label=pgettext_lazy("of a talk", "with"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label=_("outcome"),
        required=False,
        choices=[("", "—"), *Note.Outcome.choices],
    )
    direction = forms.ChoiceField(
        label=_("direction"),
        required=False,
        choices=[("", "—"), *Note.Direction.choices],
    )
    happened_at = forms.DateTimeField(
        label=_("when it was"),
        required=False,
        input_formats=[LOCAL_MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL_MOMENT),
        error_messages={"invalid": _("Enter a day and a time.")},
    )
    token = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, customer: Customer, user: User, kind: str = "", **options: Any
    ) -> None:
        known = kind if kind in _WRITTEN_HERE else Note.Kind.NOTE
        usual = policy_on(customer, timezone.localdate()).call_days
        chosen = str(usual) if _chooses_usual(customer, user) else ""
        options.setdefault("initial", {"kind": known, "next_in": chosen})
        super().__init__(*args, **options)
        self.offer_days(usual)
        self.today = timezone.localdate()
        self.customer = customer
        self._at_work: Sequence[Contact] | None = None
        contacts = Contact.objects.visible_to(user).filter(customer=customer)
        field = self.fields["contacts"]
        influence = F("influence").desc(nulls_last=True)
        field.queryset = contacts.order_by("-is_primary", influence, "name")  # type: ignore[attr-defined]  # a field of choices

    def offer(self, contacts: Sequence[Contact]) -> None:
        """These all work at the customer: a page that has read them need not ask again."""
        self._at_work = contacts

    @property
    def people(self) -> list[Contact]:
        """The contacts that are offered, the most important first."""
        if self._at_work is not None:
            return sorted(self._at_work, key=self._importance)[:MOST_CONTACTS]
        return list(self.fields["contacts"].queryset.at_work()[:MOST_CONTACTS])  # type: ignore[attr-defined]  # a field of choices

    @staticmethod
    def _importance(contact: Contact) -> tuple[bool, int, str]:
        return not contact.is_primary, -(contact.influence or 0), contact.name

    @property
    def chosen_people(self) -> set[str]:
        """Ids of the contacts that were chosen before the form came back."""
        return {str(pk) for pk in self["contacts"].value() or ()}

    @property
    def next_known(self) -> dt.date | None:
        """The next follow-up that stands already, if it lies ahead."""
        day: dt.date | None = self.customer.next_follow_up_on
        return day if day is not None and day > self.today else None

    def clean_happened_at(self) -> dt.datetime | None:
        """Now or before."""
        moment: dt.datetime | None = self.cleaned_data["happened_at"]
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError(_("It cannot have been later than now."))
        return moment

    def talk(self, at: dt.datetime) -> Talk:
        """What was filled in; `at` unless another moment was given."""
        data = self.cleaned_data
        return Talk(
            kind=data["kind"],
            text=data["text"],
            token=str(data["token"]),
            at=data["happened_at"] or at,
            direction=data["direction"],
            outcome=data["outcome"],
            contacts=list(data["contacts"]),
        )


def _chooses_usual(customer: Customer, user: User) -> bool:
    """Whether a distance is chosen beforehand: for its own manager, where none lies ahead."""
    ahead = customer.next_follow_up_on
    is_own = user.role == User.Role.ACCOUNT_MANAGER and (
        customer.account_manager_id in managers_for(user)
    )
    if not is_own or customer.status == Customer.Status.LOST:
        return False
    return ahead is None or ahead <= timezone.localdate()
