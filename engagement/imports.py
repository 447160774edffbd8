"""Notes in: author and date stay as they were written."""

from django.utils.translation import gettext_lazy as _

from core.tables import fields
from core.tables.schema import Column, Schema
from customers.keyed_import import KeyedImport
from engagement.models import Note


class NoteImport(KeyedImport):
    """One note a row, by its number."""

    model = Note
    unique = ("note_no",)
    schema = Schema(
        "notes",
        (
            Column("note_no", _("Note number"), fields.code(), required=True),
            Column("customer_code", _("Customer code"), fields.code(), required=True),
            Column("author", _("Author"), fields.text()),
            Column("written_at", _("Written at"), fields.datetime(), required=True),
            Column("kind", _("Kind"), fields.text()),
            Column("text", _("Text"), fields.long_text(), required=True),
        ),
        key=("note_no",),
    )
