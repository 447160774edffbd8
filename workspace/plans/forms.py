"""A whole service plan on one page: the version, its stages row by row, what both sides gain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.form_fields import DayField
from core.rules import PERCENT, percent
from customers.models import Contact, Customer
from engagement.forms.tasks import colleagues
from organization.models import Department, OrgUnit, User
from shipments.models import PlanGain, PlanStage, Stage

MOST_STAGES = 40
_RATES = {PlanStage.Measure.ON_TIME, PlanStage.Measure.EXCEPTIONS}
Choices = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class People:
    """Who can answer for a stage, asked once for all rows of the page."""

    responsible: Choices
    contacts: Choices
    colleagues: Choices


def people_for(customer: Customer, user: User, stages: Sequence[PlanStage]) -> People:
    """Units above the customer and those of the person with their departments; people of both.

    Who stands in the `stages` already may be chosen again.
    """
    above = [int(part) for part in customer.org_unit.path.split("/") if part]
    units = OrgUnit.objects.filter(pk__in=above) | OrgUnit.objects.visible_to(user)
    responsible: Choices = [(f"u{unit.pk}", unit.name) for unit in units.order_by("path")]
    departments = Department.objects.filter(unit__in=units.order_by().values("pk"))
    responsible += [
        (f"d{each.pk}", f"{each.unit.name} · {each.name}")
        for each in departments.select_related("unit").order_by("unit__path", "kind", "name")
    ]
    contacts = Contact.objects.visible_to(user).known().filter(customer=customer)
    named = [stage.colleague for stage in stages]
    ours = {each.pk: each for each in (*colleagues(user), customer.account_manager, *named) if each}
    return People(
        responsible,
        [(str(each.pk), each.name) for each in contacts.order_by("name")],
        [(str(pk), str(each)) for pk, each in ours.items()],
    )


class VersionForm(forms.Form):
    """From when on it holds, and what is new in it."""

    valid_from = DayField(label=gettext_lazy("valid from"))
    valid_until = DayField(
        label=gettext_lazy("valid until"),
        required=False,
        help_text=gettext_lazy("Empty: until the next version."),
    )
    note = forms.CharField(
        label=gettext_lazy("what is new in it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        data = super().clean() or {}
        begin, end = data.get("valid_from"), data.get("valid_until")
        if begin and end and end < begin:
            self.add_error("valid_until", _("It ends before it begins."))
        return data


class StageForm(forms.Form):
    """One stage. Hours, or shares in per cent."""

    stage = forms.ChoiceField(
        label=pgettext_lazy("of a shipment", "stage"),
        required=False,
        choices=[("", gettext_lazy("A stage of their own")), *Stage.choices],
    )
    name = forms.CharField(
        label=gettext_lazy("name of their own stage"), max_length=60, required=False
    )
    requirement = forms.CharField(label=gettext_lazy("requirement"), max_length=500, required=False)
    standard = forms.CharField(
        label=gettext_lazy("standard in words"), max_length=200, required=False
    )
    measure = forms.ChoiceField(
        label=gettext_lazy("measured by"),
        required=False,
        choices=[("", gettext_lazy("Not measured")), *PlanStage.Measure.choices],
    )
    target = forms.DecimalField(
        label=gettext_lazy("target (hours or per cent)"),
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=2,
    )
    responsible = forms.ChoiceField(label=gettext_lazy("responsible with us"), required=False)
    contact = forms.ChoiceField(label=gettext_lazy("their contact"), required=False)
    colleague = forms.ChoiceField(label=gettext_lazy("our contact"), required=False)

    def __init__(self, *args: Any, people: People, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (
            ("responsible", people.responsible),
            ("contact", people.contacts),
            ("colleague", people.colleagues),
        ):
            field: Any = self.fields[name]
            field.choices = [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        """A known stage or a name; a measure with a target that fits it."""
        data = super().clean() or {}
        if not data.get("stage") and not data.get("name"):
            self.add_error("name", _("Choose a stage, or name one of their own."))
        elif data.get("stage"):
            data["name"] = ""
        self._check_target(data)
        return data

    def _check_target(self, data: dict[str, Any]) -> None:
        measure, target = data.get("measure"), data.get("target")
        if measure and not data.get("stage"):
            self.add_error("measure", _("Only known stages are measured."))
        elif measure and target is None and "target" not in self.errors:
            self.add_error("target", _("Say which hours or share were agreed."))
        elif not measure and target is not None:
            self.add_error("measure", _("Say what the target is of."))
        elif measure in _RATES and target is not None and target > PERCENT:
            self.add_error("target", _("A share is 100 per cent at most."))
        elif measure == PlanStage.Measure.HOURS and target == 0:
            self.add_error("target", _("Say more than 0 hours."))

    def facts(self) -> dict[str, Any]:
        """Fields of the stage."""
        data = self.cleaned_data
        names = ("stage", "name", "requirement", "standard", "measure")
        target = data["target"]
        return {
            **{name: data[name] for name in names},
            "target": target / PERCENT if data["measure"] in _RATES else target,
            **_responsible(data["responsible"]),
            "contact_id": data["contact"] or None,
            "colleague_id": data["colleague"] or None,
        }


def _responsible(value: str) -> dict[str, Any]:
    if value.startswith("d"):
        department = Department.objects.get(pk=value[1:])
        return {"unit_id": department.unit_id, "department": department}
    return {"unit_id": value[1:] or None}


class GainForm(forms.Form):
    """What one side gains in one measure."""

    before = forms.DecimalField(
        label=pgettext_lazy("gain", "before"),
        required=False, min_value=0, max_digits=14, decimal_places=2,
    )  # fmt: skip
    promised = forms.DecimalField(
        label=pgettext_lazy("gain", "promised"),
        required=False, min_value=0, max_digits=14, decimal_places=2,
    )  # fmt: skip
    measured = forms.DecimalField(
        label=pgettext_lazy("gain", "measured"),
        required=False, min_value=0, max_digits=14, decimal_places=2,
    )  # fmt: skip

    def __init__(self, data: Any, *, side: str, measure: str, initial: Any = None) -> None:
        super().__init__(data, prefix=f"{side}-{measure}", initial=initial)
        self.side, self.measure = side, measure
        self.side_label = dict(PlanGain.Side.choices)[side]
        self.measure_label = dict(PlanGain.Measure.choices)[measure]

    def facts(self) -> dict[str, Any] | None:
        """Fields of the gain; None where nothing was filled in."""
        if all(value is None for value in self.cleaned_data.values()):
            return None
        return {"side": self.side, "measure": self.measure, **self.cleaned_data}


class StageForms(forms.BaseFormSet[StageForm]):
    """The rows; those left empty say nothing, those ticked go, the rest stands in its order."""

    def clean(self) -> None:
        """Each known stage once, and one at least."""
        if any(self.errors) or self.non_form_errors():
            return
        facts = self.facts()
        known = [each["stage"] for each in facts if each["stage"]]
        twice = {stage for stage in known if known.count(stage) > 1}
        if twice:
            labels = dict(Stage.choices)
            names = _(", ").join(str(labels[stage]) for stage in sorted(twice))
            raise forms.ValidationError(_("Only once each: {names}").format(names=names))
        if not facts:
            raise forms.ValidationError(_("A plan has one stage at least."))

    def facts(self) -> list[dict[str, Any]]:
        """Fields of the stages in their order."""
        return [form.facts() for form in self.ordered_forms if form.has_changed()]


def stage_forms(data: Any, people: People, initial: Iterable[Mapping[str, Any]] = ()) -> Any:
    """The rows of the page: those known, and three to fill in."""
    made: Any = forms.formset_factory(
        StageForm, formset=StageForms, extra=3, can_order=True, can_delete=True,
        max_num=MOST_STAGES, absolute_max=MOST_STAGES,
    )  # fmt: skip
    return made(data, prefix="stage", initial=[*initial], form_kwargs={"people": people})


def initial_stage(stage: PlanStage) -> dict[str, Any]:
    """A known stage as the form shows it."""
    names = ("stage", "name", "requirement", "standard", "measure")
    target = stage.target
    if target is not None:
        target = (percent(target) if stage.measure in _RATES else target) or Decimal(0)
        target = Decimal(f"{target.normalize():f}")
    unit = stage.unit_id and f"u{stage.unit_id}"
    return {
        **{name: getattr(stage, name) for name in names},
        "target": target,
        "responsible": f"d{stage.department_id}" if stage.department_id else unit,
        "contact": stage.contact_id,
        "colleague": stage.colleague_id,
    }
