"""Forms of the customer list: views, columns, changes to several customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import RefusedError
from core.tables.errors import CellError
from core.tables.text_cells import parse_tags
from organization.models import OrgUnit, User
from workspace import columns
from workspace.models import ListColumns, SavedView
from workspace.saved_views import MOST


class SavedViewForm(forms.ModelForm[SavedView]):
    """The name of a view, and whether it stands in the side bar."""

    class Meta:
        model = SavedView
        fields = ["name", "pinned"]

    def clean(self) -> dict[str, Any] | None:
        """A name once a person, and not more views than one finds one's way in."""
        cleaned = super().clean()
        others = SavedView.objects.filter(user=self.instance.user).exclude(pk=self.instance.pk)
        if cleaned and others.filter(name=cleaned.get("name")).exists():
            self.add_error("name", _("You have a view of this name."))
        if self.instance.pk is None and others.count() >= MOST:
            self.add_error(None, _("You have 20 views: delete one first."))
        return cleaned


class ColumnsForm(forms.Form):
    """Which columns the list has, and how close its rows stand."""

    columns = forms.MultipleChoiceField(
        label=_("columns"), widget=forms.CheckboxSelectMultiple, required=False
    )
    density = forms.ChoiceField(
        label=_("row height"), choices=User.Density, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        choices = [(column.name, _capitalised(column.label)) for column in columns.offered(user)]
        self.fields["columns"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.initial = {
            "columns": [column.name for column in columns.chosen(user)],
            "density": user.density,
        }

    def save(self) -> None:
        """Keep both for the person."""
        chosen = self.cleaned_data["columns"]
        ListColumns.objects.update_or_create(user=self.user, defaults={"columns": chosen})
        User.objects.filter(pk=self.user.pk).update(density=self.cleaned_data["density"])


class ManagerField(forms.ModelChoiceField[User]):
    """A choice of people."""

    def label_from_instance(self, obj: User) -> str:
        """Name and home unit: names come twice."""
        return f"{obj} · {obj.org_unit.name}" if obj.org_unit else str(obj)


class AssignForm(forms.Form):
    """Who is to look after the customers."""

    manager = ManagerField(
        label=_("account manager"), queryset=User.objects.none(), empty_label=_("Choose ...")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = OrgUnit.objects.visible_to(user).order_by().values("pk")
        managers = User.objects.filter(
            role=User.Role.ACCOUNT_MANAGER, is_active=True, org_unit__in=units
        )
        self.fields["manager"].queryset = (  # type: ignore[attr-defined]  # a field of choices
            managers.select_related("org_unit").order_by("name")
        )


class TagForm(forms.Form):
    """A tag to put on, or to take away."""

    tag = forms.CharField(label=pgettext_lazy("on a customer", "tag"), max_length=100)

    def clean_tag(self) -> str:
        """One tag, as a cell of a table would say it."""
        try:
            tags = parse_tags(self.cleaned_data["tag"])
        except CellError as error:
            raise forms.ValidationError(str(error)) from error
        if len(tags) != 1:
            raise forms.ValidationError(_("One tag at a time: leave out commas and semicolons."))
        return tags[0]


def add_refusal(form: forms.Form, refusal: RefusedError) -> None:
    """Say above the form why it was refused."""
    form.add_error(None, str(refusal))


def _capitalised(label: object) -> str:
    text = str(label)
    return text[:1].upper() + text[1:]
