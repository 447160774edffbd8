"""What people write down about customers."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from engagement.models import Note

_WRITTEN_HERE = ("note", "call", "wechat", "visit", "email")


class NoteForm(forms.Form):
    """A note; `token` tells a form that was sent twice from two equal notes."""

    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[(kind.value, kind.label) for kind in Note.Kind if kind.value in _WRITTEN_HERE],
        initial=Note.Kind.NOTE,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("text"),
        max_length=10_000,
        error_messages={"required": _("Write what was said or seen.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    token = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
