"""Forms that notice what somebody else changed since they were opened.

Each field travels with the value that was seen. What the person changed and others did not is
written; what both changed differently is a conflict that the person decides, field by field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

CHOICE, ASKED = "keep-", "asked-"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that stands otherwise than when the form was opened, and that both changed."""

    name: str
    theirs: Any  # as it stands now
    mine: str  # as it was sent

    @property
    def choice(self) -> str:
        """The name of the choice between both."""
        return CHOICE + self.name


class SeenForm(forms.ModelForm[Any]):
    """`instance` must be the row as it stands now, locked when the form is sent.

    `conflicts` are filled by validation; `to_write` are the fields to save.
    """

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(unix_lines(data), *args, **kwargs)
        self.conflicts: list[Conflict] = []
        self._given_up: set[str] = set()

    def watch(self) -> None:
        """Let every field carry what was seen; to be called when the fields are settled."""
        for name, field in self.fields.items():
            seen = self.add_initial_prefix(name)
            field.show_hidden_initial = not self.is_bound or seen in self.data

    def clean(self) -> dict[str, Any] | None:
        """The values; what both changed is an error until the person has chosen.

        Of what is no value nothing is compared: a signalling NaN cannot be.
        """
        for name, field in self.fields.items():
            if not field.show_hidden_initial or name in self.errors or not self._is_new(self[name]):
                continue
            if self.data.get(CHOICE + name) == "theirs":
                self._given_up.add(name)
            elif (conflict := self._conflict(self[name])) is not None:
                self.conflicts.append(conflict)
                self.add_error(name, _("Somebody changed this while you were editing."))
        return super().clean()

    def _conflict(self, field: BoundField) -> Conflict | None:
        now, mine = field.initial, field.data
        seen = self._seen(field)
        has_changed = field.field.has_changed
        is_open = self.data.get(ASKED + field.name) and not self.data.get(CHOICE + field.name)
        if has_changed(now, mine) and (has_changed(now, seen) or is_open):
            return Conflict(field.name, now, str(mine))
        return None

    def _is_new(self, field: BoundField) -> bool:
        """Whether the person wrote something else than they had seen."""
        try:
            seen = field.field.to_python(self._seen(field))
        except ValidationError:
            return True
        return field.field.has_changed(seen, field.data)

    def _seen(self, field: BoundField) -> Any:
        hidden = field.field.hidden_widget()
        return hidden.value_from_datadict(self.data, self.files, field.html_initial_name)

    @property
    def to_write(self) -> list[str]:
        """The fields whose values are to be saved."""
        return [name for name in self.changed_data if name not in self._given_up]

    def write(self) -> Model:
        """The row with what the person changed, saved; the rest of it stays as it is."""
        row: Model = self.save(commit=False)
        if self.to_write:
            row.save(update_fields=self.to_write)
        return row

    def seen_inputs(self) -> SafeString:
        """Hidden inputs with what was seen; of a conflict what stands now."""
        now = {conflict.name: conflict.theirs for conflict in self.conflicts}
        inputs = (self._seen_input(self[name], now) for name in self.fields)
        return format_html_join("", "{}", ((each,) for each in inputs))

    def _seen_input(self, field: BoundField, now: Mapping[str, Any]) -> SafeString:
        if field.name not in now:
            shows = field.field.show_hidden_initial
            return field.as_hidden(only_initial=True) if shows else SafeString("")
        hidden = field.field.hidden_widget()
        seen = hidden.render(
            field.html_initial_name, field.field.prepare_value(now[field.name]), {}
        )
        return format_html('{}<input type="hidden" name="{}" value="1">', seen, ASKED + field.name)


def unix_lines(data: Any) -> Any:
    """What browsers send, with the line ends that the database keeps."""
    if not isinstance(data, MultiValueDict):
        return data
    return MultiValueDict(
        {name: [_unix(value) for value in values] for name, values in data.lists()}
    )


def _unix(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
