"""Files that are put into a customer's file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RefusedError
from customers.models import Attachment, Customer, Qualification
from customers.services.files import MOST_AT_ONCE, checked_type
from organization.models import User
from organization.permissions import Action, can

ACCEPT = ".pdf,.png,.jpg,.jpeg,.webp,.xlsx,.docx"


class FileInput(forms.FileInput):
    """A box for several files: chosen, dropped on it, or taken by a phone's camera."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All files, not the last."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several files, each checked by its content."""

    widget = FileInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """The files; the first that is refused says why."""
        files = [super(FilesField, self).clean(each, initial) for each in data or [None]]
        if len(files) > MOST_AT_ONCE:
            raise forms.ValidationError(_("At most {n} files at once.").format(n=MOST_AT_ONCE))
        for file in files:
            try:
                checked_type(file)
            except RefusedError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return files


class FilesForm(forms.ModelForm[Attachment]):
    """What the files are and what they belong to."""

    chosen = FilesField(
        label=gettext_lazy("files"),
        widget=FileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,  # said in our own words
        error_messages={"required": gettext_lazy("Choose a file.")},
        help_text=gettext_lazy("Drop files here, choose them or take a photo. Up to 20 MB each."),
    )

    class Meta:
        model = Attachment
        fields = ("kind", "qualification", "contract_no", "note")

    field_order = ("chosen", "kind", "qualification", "contract_no", "note")

    def __init__(self, *args: Any, customer: Customer, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("kind", Attachment.Kind.LICENCE)
        own = Qualification.objects.visible_to(user).filter(customer=customer)
        if can(user, Action.VIEW_CREDIT):
            self.fields["qualification"] = forms.ModelChoiceField(
                own, label=gettext_lazy("qualification"), required=False
            )
            return
        del self.fields["qualification"]
        self.fields["kind"] = forms.ChoiceField(
            label=gettext_lazy("kind"),
            choices=[(k, w) for k, w in Attachment.Kind.choices if k != Attachment.Kind.STATEMENT],
        )
