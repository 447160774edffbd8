"""Forms of what hangs on a file: its owners, its addresses, where facts come from."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import PercentField
from customers.forms.hints import suggest_divisions
from customers.models import Address, Confirmation, Customer, Shareholder
from organization.models import User
from organization.permissions import may_read


class SourceForm(forms.Form):
    """Whether all of a group was looked at, and where it comes from."""

    source = forms.CharField(
        label=_("source"),
        max_length=Confirmation._meta.get_field("source").max_length,
        required=False,
        help_text=_("Licence, website, visit, phone call ..."),
    )
    confirmed = forms.BooleanField(
        label=_("everything here is right as of today"), required=False, initial=True
    )


class ShareholderForm(forms.ModelForm[Shareholder]):
    """One owner; the share is written as a percentage."""

    share = PercentField(label=_("share held (%)"), most=Decimal(1), places=4, required=False)

    class Meta:
        model = Shareholder
        fields = ["name", "share", "note"]

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.customer = customer

    def clean_name(self) -> str:
        """A name that this customer's other owners do not have."""
        name: str = self.cleaned_data["name"]
        others = self.instance.customer.shareholders.filter(name=name)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This owner is in the list already."))
        return name


class AddressForm(forms.ModelForm[Address]):
    """One more place of the customer."""

    class Meta:
        model = Address
        fields = [
            "kind", "label", "province", "city", "district", "address", "is_pickup", "is_delivery",
            "contact", "phone", "access",
        ]  # fmt: skip

    def __init__(self, *args: Any, customer: Customer, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "place", **kwargs})
        self.instance.customer = customer
        for name in list(self.fields):
            if not may_read(user, Address.field_classes[name]):
                del self.fields[name]
        suggest_divisions(self)
