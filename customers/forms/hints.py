"""What forms of the file say while one types: the check of the code, names of divisions."""

from django import forms
from django.urls import reverse_lazy
from django.utils.html import escape

from customers.messages import uscc_sentence
from customers.models import Division
from customers.rules.uscc import judge_uscc

DIVISIONS = ("province", "city", "district")


def watch_uscc(field: forms.Field, value: str) -> None:
    """Say below the field what is wrong with its code, now and whenever it changes."""
    field.widget.attrs.update(
        {
            "hx-get": reverse_lazy("uscc_check"),
            "hx-trigger": "change",
            "hx-target": "next .hint",
            "autocomplete": "off",
        }
    )
    said = uscc_sentence(judge_uscc(value)) if value else ""
    field.help_text = escape(said) or " "  # the place of the answer, shown as HTML


def suggest_divisions(form: forms.BaseForm) -> None:
    """Let the fields of a place suggest names; any other may be typed."""
    for name in DIVISIONS:
        if name in form.fields:
            form.fields[name].widget.attrs["list"] = list_id(form.prefix, name)


def list_id(prefix: str | None, name: str) -> str:
    """The id of the list of suggestions for a field of a form with that prefix."""
    return f"{prefix or 'file'}-{name}-names"


def suggestions(province: str, city: str) -> dict[str, list[str]]:
    """Names by field: cities of the province, districts of the city, written as one likes."""
    provinces = Division.objects.filter(parent=None)
    cities = districts = Division.objects.none()
    if province:
        cities = Division.objects.filter(parent__in=provinces.filter(name__startswith=province))
    if city:
        within = cities if province else Division.objects.filter(parent__parent=None)
        districts = Division.objects.filter(
            parent__in=within.exclude(parent=None).filter(name__startswith=city)
        )
    found = zip(DIVISIONS, (provinces, cities, districts), strict=True)
    return {name: list(rows.values_list("name", flat=True)) for name, rows in found}
