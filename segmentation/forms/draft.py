"""The form of a draft: one field for each value of the document, made from the document itself.

What is valid is decided by the parsers of `segmentation.ruleset` alone; here a value is only turned
from what a person types into what the document holds, and back.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.form_fields import NumberInput
from core.rules import percent_digits
from customers.models import PolicyPoint
from customers.rules.policies import MANAGERS
from segmentation.ruleset import Document, Ruleset, RulesetError, load_ruleset, parsers, words
from segmentation.ruleset.labels import PARTS
from segmentation.ruleset.problems import problem_text
from segmentation.ruleset.readable import readable_value, unit_label
from segmentation.ruleset.values import BASES, Problem, ValueRefusedError, unique_keys

NOTE_LENGTH = 500
_LONGEST = 30  # digits before or behind the point that are worth reading
# Mappings whose keys may come and go: one field that holds the JSON itself.
_CHOICES: Mapping[str, Sequence[str]] = {"basis": BASES, "manager": MANAGERS}
AS_JSON = frozenset({"ladder.tiers"})


@dataclass(frozen=True, slots=True)
class FieldSection:
    """The fields of one section under its heading."""

    name: str
    title: str
    hint: str
    groups: list[tuple[str, list[forms.BoundField]]]  # of policies one for each tier


class RulesForm(forms.Form):
    """A draft as fields; `rules` holds the rule set once the form is valid."""

    note = forms.CharField(
        label=pgettext_lazy("rule set", "note"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What changes and why; whoever decides reads it."),
    )

    def __init__(self, *args: Any, document: Document, **options: Any) -> None:
        """`document` is what the fields begin with and which of them there are."""
        super().__init__(*args, **options)
        self.document = document
        self.rules: Ruleset | None = None
        self.places: dict[str, str] = {}  # path -> kind
        for section in parsers():
            for key, value in document[section].items():
                self._add(f"{section}.{key}", value)

    def sections(self) -> list[FieldSection]:
        """The fields by section, in the order of the document."""
        return [FieldSection(name, *words.heading(name), self._groups(name)) for name in parsers()]

    def _groups(self, section: str) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of a section; by tier where they are its policies, under the tier's name."""
        fields = {path: self[path] for path in self.places if path.startswith(f"{section}.")}
        if section != "policies":
            return [("", list(fields.values()))]
        found: dict[str, list[forms.BoundField]] = {}
        for path, field in fields.items():
            code, point = path.split(".")[1:]
            field.label = str(PolicyPoint(point).label)
            found.setdefault(str(PARTS[code]), []).append(field)
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        """The whole document read by the parsers; each problem stands beside its field."""
        cleaned = super().clean() or {}
        document = self._typed(cleaned)
        try:
            self.rules = load_ruleset(document)
        except RulesetError as error:
            for problem in error.problems:
                self._say(problem)
        return cleaned

    def _add(self, path: str, value: object) -> None:
        if isinstance(value, Mapping) and path not in AS_JSON:
            for key, inner in value.items():
                self._add(f"{path}.{key}", inner)
            return
        kind = "json" if isinstance(value, Mapping) else words.kind_of(path, value)
        self.places[path] = kind
        self.fields[path] = _field(path, kind)
        self.initial.setdefault(path, _shown(kind, value))

    def _typed(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for path, kind in self.places.items():
            *above, key = path.split(".")
            place = document
            for part in above:
                place = place.setdefault(part, {})
            try:
                place[key] = _read(kind, cleaned.get(path), is_optional=words.is_optional(path))
            except ValueRefusedError as error:
                self._say(error.at(path))
        return document

    def _say(self, problem: Problem) -> None:
        """Beside the field the problem is in, unless more was said there; else above the form."""
        found = [path for path in self.places if _is_at(problem.path, path)]
        if found and found[0] not in self.errors:
            self.add_error(found[0], problem_text(problem, found[0]))
        elif not found:
            self.add_error(None, problem_text(problem, problem.path))


def _is_at(place: str, path: str) -> bool:
    return place == path or place.startswith((f"{path}.", f"{path}["))


def _field(path: str, kind: str) -> forms.Field:
    """The field that shows a value; what is valid the parser says."""
    label, hint = words.label_of(path), unit_label(kind, words.unit_of(path))
    if kind == "flag":
        return forms.BooleanField(label=label, required=False)
    if kind in _CHOICES:
        choices = [(value, readable_value(value, kind)) for value in _CHOICES[kind]]
        return forms.ChoiceField(label=label, choices=choices)
    if kind == "json":
        area = forms.Textarea(attrs={"rows": 8, "spellcheck": "false"})
        text = _("As in the document: for each tier what differs from everybody's.")
        return forms.CharField(label=label, required=True, widget=area, help_text=text)
    if kind == "list":
        hint = _("{unit}, with commas between").format(unit=hint or _("numbers"))
    return forms.CharField(
        label=label,
        required=not words.is_optional(path),
        max_length=200,
        widget=NumberInput,
        help_text=hint,
    )


def _shown(kind: str, value: Any) -> object:
    """A value of the document as it is typed."""
    if value is None:
        return ""
    if kind == "percent":
        return percent_digits(Decimal(value))
    if kind == "list":
        return ", ".join(str(each) for each in value)
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, indent=2)
    return value


def _read(kind: str, typed: Any, *, is_optional: bool = False) -> object:
    """What was typed as the document holds it; what cannot be turned stays as it is."""
    if typed == "" and is_optional:
        return None
    if kind in {"flag", *_CHOICES} or typed is None:
        return typed
    if kind == "json":
        return _json(typed)
    if kind == "list":
        parts = typed.replace("，", ",").replace("、", ",").replace(",", " ").split()
        return [_whole(part) for part in parts]
    plain = typed.strip().rstrip("%％").lstrip("¥￥").replace(",", "").replace("，", "").strip()
    return _whole(plain) if kind == "count" else _number(plain, kind)


def _number(text: str, kind: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        return text
    return _decimal(number.scaleb(-2) if kind == "percent" else number, kind)


def _decimal(number: Decimal, kind: str) -> str:
    """At least the two decimals of the documents that are delivered, for amounts and shares."""
    exponent = number.normalize().as_tuple().exponent
    places = max(2 if kind in {"percent", "money"} else 0, -int(exponent))
    return f"{number:.{places}f}"


def _whole(text: str) -> object:
    try:
        return int(text.replace("−", "-"))
    except ValueError:
        return text


def _json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=unique_keys)
    except json.JSONDecodeError as error:
        raise ValueRefusedError(
            _("is no JSON (line %(line)s, column %(column)s)"),
            {"line": error.lineno, "column": error.colno},
        ) from error
    except RecursionError as error:
        raise ValueRefusedError(_("is nested too deeply")) from error
