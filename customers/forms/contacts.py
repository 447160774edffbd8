"""What people write about a customer's contacts."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.form_fields import DayField
from core.tables.errors import CellError
from customers.columns import CONTACTS
from customers.models import Contact, Customer, PrivateDetails
from customers.reports.people import attitude_word
from organization.models import OrgUnit, User

REACH = ("name", "mobile", "wechat", "phone", "email", "channel", "language")
PART = (
    "title", "department", "chain_role", "influence", "attitude", "reports_to", "is_primary",
    "is_legal_representative",
)  # fmt: skip
ABOUT = ("birthday", "career", "specialties", "ability")
CONSENT = ("do_not_contact", "consent", "consent_on", "consent_source")
_AS_IN_TABLES = ("name", "title", "department", "mobile", "phone", "email", "wechat")


class ContactForm(forms.ModelForm[Contact]):
    """A contact; the superior is one of the same customer's people (06 R5)."""

    birthday = forms.RegexField(
        label=_("birthday"),
        regex=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        required=False,
        help_text=_("Month and day, such as 09-27."),
        error_messages={"invalid": _("Write month and day, such as 09-27.")},
        widget=forms.TextInput(attrs={"placeholder": "MM-DD", "inputmode": "numeric"}),
    )

    class Meta:
        model = Contact
        fields = [*REACH, *PART, *ABOUT, *CONSENT]
        field_classes = {"consent_on": DayField}
        widgets = {
            **{
                name: forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
                for name in ("mobile", "phone")
            },
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in ("career", "specialties", "ability")
            },
        }

    def __init__(self, *args: Any, user: User, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.customer = customer
        colleagues = Contact.objects.visible_to(user).at_work().filter(customer=customer)
        here = Q(pk=self.instance.reports_to_id)
        self.fields["reports_to"] = forms.ModelChoiceField(
            (colleagues | Contact.objects.visible_to(user).filter(here, customer=customer))
            .exclude(pk=self.instance.pk)
            .order_by("name"),
            label=_("reports to"),
            required=False,
        )
        for name, choices in (
            ("influence", [(number, f"{number}/5") for number in range(1, 6)]),
            ("attitude", [(number, attitude_word(number)) for number in range(2, -3, -1)]),
        ):
            self.fields[name] = forms.TypedChoiceField(
                label=Contact._meta.get_field(name).verbose_name,  # type: ignore[union-attr]  # a field, no relation back
                choices=[("", "—"), *choices],
                coerce=int,
                empty_value=None,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """Text as a table says it, or exporting and importing would make others of it."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in _AS_IN_TABLES:
            if name not in cleaned:
                continue
            try:
                cleaned[name] = CONTACTS.by_name[name].type.parse(cleaned[name])
            except CellError as error:
                self.add_error(name, str(error))
        if not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", _("A contact needs a name."))
        if cleaned.get("consent") and not cleaned.get("consent_on"):
            cleaned["consent_on"] = timezone.localdate()
        return cleaned

    def groups(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """The fields by what they are about, and whether the group is open at once."""
        named = (
            (_("How to reach them"), REACH, True),
            (_("Part in deciding"), PART, True),
            (_("The person"), ABOUT, False),
            (_("Consent"), CONSENT, False),
        )
        return [
            (label, [self[name] for name in names], opens or any(n in self.errors for n in names))
            for label, names, opens in named
        ]


class LeaveForm(forms.Form):
    """Since when somebody does not work there, and where they went if we know."""

    on = DayField(
        label=_("left on"),
        initial=timezone.localdate,
    )
    to = forms.ModelChoiceField(
        Customer.objects.none(),
        label=_("works now for"),
        help_text=_("The code of the customer they went to, if it is one of yours."),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no such customer among those you may see.")},
    )
    title = forms.CharField(label=_("title there"), max_length=100, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = self.fields["to"]
        if isinstance(to, forms.ModelChoiceField):
            to.queryset = Customer.objects.visible_to(user).unmerged()


class TieForm(forms.Form):
    """One of us who knows a contact."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("colleague"))
    strength = forms.TypedChoiceField(
        label=_("strength of the relation"),
        choices=[
            (5, _("5 – can ask for anything")),
            (4, _("4 – close")),
            (3, _("3 – knows each other well")),
            (2, _("2 – has spoken a few times")),
            (1, _("1 – has met once")),
        ],
        initial=3,
        coerce=int,
    )
    is_owner = forms.BooleanField(label=_("in charge of the relation"), required=False)

    def __init__(self, *args: Any, actor: User, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.fields["user"]
        if isinstance(user, forms.ModelChoiceField):
            user.queryset = colleagues_for(actor, customer)


def colleagues_for(actor: User, customer: Customer) -> Any:
    """Who of us may know people there: the customer's unit and those above, the actor's units."""
    numbers = [int(part) for part in customer.org_unit.path.split("/") if part]
    units = OrgUnit.objects.visible_to(actor)
    here = Q(org_unit__in=numbers) | Q(org_unit__in=units.values("pk"))
    no_colleagues = [User.Role.ADMINISTRATOR, User.Role.SYSTEM]
    people = User.objects.filter(here, is_active=True).exclude(role__in=no_colleagues)
    return people.order_by("name", "username")


class AcquaintanceForm(forms.Form):
    """Another contact of the customer whom the contact knows."""

    other = forms.ModelChoiceField(Contact.objects.none(), label=_("knows"))
    how = forms.CharField(
        label=_("how they know each other"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("former colleagues, classmates …")}),
    )

    def __init__(self, *args: Any, actor: User, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other = self.fields["other"]
        if isinstance(other, forms.ModelChoiceField):
            seen = Contact.objects.visible_to(actor).known().filter(customer=contact.customer_id)
            other.queryset = seen.exclude(pk=contact.pk).order_by("name")


class OpeningForm(forms.Form):
    """Why somebody opens what was told in confidence."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        min_length=4,
        help_text=_("It stays on record with your name and the time."),
        error_messages={"required": _("Say what you need the details for.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PrivateForm(forms.ModelForm[PrivateDetails]):
    """The restricted details of a contact."""

    class Meta:
        model = PrivateDetails
        fields = PrivateDetails.FACTS
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in PrivateDetails.FACTS}
