"""What people may change in a customer's file by hand."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.form_fields import DayField
from core.tables.errors import CellError
from customers.columns import CUSTOMERS
from customers.forms.hints import suggest_divisions, watch_uscc
from customers.forms.stale import SeenForm
from customers.groups import ASSIGNMENT, EVERYTHING, GROUPS
from customers.models import Customer
from customers.querysets import CustomerQuerySet, stands_below
from organization.models import OrgUnit, User
from organization.permissions import Action, can, may_read


def _as_in_tables(column: str, text: str) -> Any:
    """What the import makes of the same text: one rule for both ways in."""
    try:
        return CUSTOMERS.by_name[column].type.parse(text)
    except CellError as error:
        raise forms.ValidationError(str(error)) from error


class CustomerForm(SeenForm):
    """The plain fields of a file; every choice is limited to what the person may see (06 R5).

    `groups` are the only ones to be edited, by name; `instance` as SeenForm says.
    """

    parent: forms.ModelChoiceField[Customer] = forms.ModelChoiceField(
        label=_("group company"),
        help_text=_("The code of the company this one belongs to."),
        queryset=Customer.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("There is no such customer among those you may see.")},
    )

    former_names = SimpleArrayField(
        forms.CharField(max_length=200),
        label=_("former names"),
        help_text=_("Kept by itself when the name changes; several with a semicolon between them."),
        delimiter=";",
        required=False,
    )

    class Meta:
        model = Customer
        fields = list(EVERYTHING)
        field_classes = dict.fromkeys(("founded_on", "customer_since"), DayField)

    def __init__(
        self, *args: Any, user: User, groups: Collection[str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._keep_only(groups)
        for name in list(self.fields):
            if not may_read(user, Customer.field_classes[name]):
                del self.fields[name]
        if "parent" in self.fields:
            self._limit_parent(Customer.objects.visible_to(user).unmerged())
        if "org_unit" in self.fields and can(user, Action.ASSIGN_CUSTOMER):
            self._limit_assignment(user)
        else:
            for name in ASSIGNMENT:
                self.fields.pop(name, None)
        self._dress()
        self.watch()

    def _keep_only(self, groups: Collection[str] | None) -> None:
        if groups is None:
            return
        wanted = {name for group in groups for name in GROUPS[group].edited}
        for name in set(self.fields) - wanted:
            del self.fields[name]

    def _dress(self) -> None:
        """Small text areas, suggestions of divisions, the word on the code."""
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs.update(rows=2)
        suggest_divisions(self)
        if "uscc" in self.fields:
            watch_uscc(self.fields["uscc"], self.instance.uscc)

    def clean_parent(self) -> Customer | None:
        """The group company; refused when it stands below this one itself."""
        parent: Customer | None = self.cleaned_data["parent"]
        if parent and self.instance.pk and stands_below(parent.pk, self.instance.pk):
            raise forms.ValidationError(
                _("This company stands below the one you are editing: choose one above it.")
            )
        return parent

    def clean_former_names(self) -> list[str]:
        """Who corrects the list while renaming the company does not lose the name it had."""
        names: list[str] = self.cleaned_data["former_names"]
        before: str = self.instance.name
        renamed = before and self.cleaned_data.get("name", before) != before
        return [*names, before] if renamed and before not in names else names

    def clean_services_used(self) -> list[str]:
        """Words, whatever stands between them."""
        words: list[str] = _as_in_tables("tags", ",".join(self.cleaned_data["services_used"]))
        return words

    def clean_tags(self) -> list[str]:
        """Words as a table says them, or exporting and importing them would make others."""
        tags: list[str] = _as_in_tables("tags", ",".join(self.cleaned_data["tags"]))
        return tags

    def _limit_parent(self, visible: CustomerQuerySet) -> None:
        """Visible customers but itself; a parent out of sight is neither shown nor changed."""
        self._choices("parent").queryset = visible.exclude(pk=self.instance.pk)
        if self.instance.parent_id is None:
            return
        parent = visible.filter(pk=self.instance.parent_id).first()
        if parent is None:
            del self.fields["parent"]
        else:
            self.initial["parent"] = parent.code

    def _limit_assignment(self, user: User) -> None:
        """Visible units and their managers, and what stands there now."""
        units = OrgUnit.objects.visible_to(user)
        here = Q(pk=self.instance.org_unit_id)
        self._choices("org_unit").queryset = OrgUnit.objects.filter(
            Q(pk__in=units.values("pk")) | here
        ).order_by("path")
        managers = Q(
            role=User.Role.ACCOUNT_MANAGER, is_active=True, org_unit__in=units.values("pk")
        )
        self._choices("account_manager").queryset = User.objects.filter(
            managers | Q(pk=self.instance.account_manager_id)
        ).order_by("name")

    def _choices(self, name: str) -> "forms.ModelChoiceField[Any]":
        field = self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(name)
        return field

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields in the groups of the page."""
        named = [(group.label, group.edited) for group in GROUPS.values()]
        named.append((_("Responsible"), ASSIGNMENT))
        found = [(label, [self[n] for n in names if n in self.fields]) for label, names in named]
        return [(label, fields) for label, fields in found if fields]


class NewCustomerForm(forms.ModelForm[Customer]):
    """The least a new file needs. A manager's own customer is theirs and their unit's."""

    class Meta:
        model = Customer
        fields = ["code", "name", "short_name", "uscc", "status", "org_unit", "account_manager"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["status"] = Customer.Status.PROSPECT
        if not can(user, Action.ASSIGN_CUSTOMER):
            del self.fields["org_unit"], self.fields["account_manager"]
            self.instance.org_unit_id = user.org_unit_id or 0  # all who may have a unit
            self.instance.account_manager = user
            return
        units = OrgUnit.objects.visible_to(user).filter(closed_on=None)
        managers = User.objects.filter(
            role=User.Role.ACCOUNT_MANAGER, is_active=True, org_unit__in=units.values("pk")
        )
        self.fields["org_unit"] = forms.ModelChoiceField(
            units.order_by("path"), label=_("unit"), initial=user.org_unit_id
        )
        self.fields["account_manager"] = forms.ModelChoiceField(
            managers.order_by("name"), label=_("account manager"), required=False
        )

    def clean_code(self) -> str:
        """Without what cannot be seen: two codes that look the same must be the same."""
        code: str = _as_in_tables("code", self.cleaned_data["code"])
        return code

    def refuse_code(self) -> None:
        """The code is another file's, perhaps one the person does not see."""
        self.add_error("code", _("This code is taken: choose another."))
