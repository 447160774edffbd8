"""How letters are wanted, and which interest is approved."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from contracts.models import Letter, LetterStage
from contracts.models.letter import LANGUAGES
from contracts.services.letters import Wish


class LetterForm(forms.Form):
    """Which letter, in which language, on which way."""

    stage = forms.ChoiceField(
        label=pgettext_lazy("kind of letter", "letter"),
        required=False,
        choices=[("", gettext_lazy("as late as they are")), *LetterStage.choices],
    )
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=LANGUAGES)
    channel = forms.ChoiceField(
        label=gettext_lazy("goes"), choices=Letter.Channel.choices, required=False
    )

    def __init__(self, *args: Any, by_mail: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"
        if not by_mail:
            del self.fields["channel"]

    def wish(self) -> Wish:
        """What is chosen; by lateness, in the first language and on paper where it is nonsense."""
        self.is_valid()
        data = self.cleaned_data
        return Wish(
            data.get("stage", ""),
            data.get("language") or LANGUAGES[0][0],
            data.get("channel") or Letter.Channel.PRINT,
        )


class InterestForm(forms.Form):
    """Lines whose interest is approved; the amounts read travel along, as `id:amount`."""

    lines = forms.MultipleChoiceField(
        label=pgettext_lazy("of the plan", "lines"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one line."),
            "invalid_choice": gettext_lazy("The interest has changed meanwhile: look at it again."),
        },
    )

    def __init__(
        self, *args: Any, grown: Mapping[int, tuple[str, Decimal]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        choices = [(f"{pk}:{amount}", told) for pk, (told, amount) in grown.items()]
        self.fields["lines"].choices = choices  # type: ignore[attr-defined]  # a field of choices
        self.fields["lines"].initial = [value for value, _told in choices]

    def amounts(self) -> dict[int, Decimal]:
        """The interest approved by the id of its line."""
        chosen = (value.split(":") for value in self.cleaned_data["lines"])
        return {int(pk): Decimal(amount) for pk, amount in chosen}
