"""Notes out as they are taken in, and the alerts as they stood."""

from django.utils.translation import gettext_lazy as _

from core.tables import fields
from core.tables.schema import Column
from core.tables.write import Exporter, ExportRequest, Rows
from core.versions import published_version
from engagement.imports import NoteImport
from engagement.models import Alert, Note

_ALERT_FIELDS = (
    "key",
    "kind",
    "severity",
    "customer__code",
    "subject",
    "opened_on",
    "due_on",
    "amount",
    "status_then",
)


def note_rows(request: ExportRequest) -> Rows:
    """Notes by number."""
    notes = Note.objects.order_by("note_no")
    if request.user is not None:
        notes = notes.visible_to(request.user)
    return notes.values_list(
        "note_no", "customer__code", "author", "written_at", "kind", "text"
    ).iterator(chunk_size=2000)


def alert_rows(request: ExportRequest) -> Rows:
    """Alerts by key: those opened by the published date, with the status of then; else of now."""
    version = published_version(request.as_of)
    if request.as_of is None:
        alerts = Alert.objects.with_status_now()
    else:
        alerts = Alert.objects.as_at(version.business_date)
    if request.user is not None:
        alerts = alerts.visible_to(request.user)
    return alerts.order_by("key").values_list(*_ALERT_FIELDS).iterator(chunk_size=2000)


NOTES = Exporter(NoteImport.schema.columns, note_rows)
ALERTS = Exporter(
    (
        Column("key", _("Key"), fields.code(200)),
        Column("kind", _("Kind"), fields.code()),
        Column("severity", _("Severity"), fields.code()),
        Column("customer_code", _("Customer code"), fields.code()),
        Column("subject", _("Subject"), fields.text()),
        Column("opened_on", _("Opened on"), fields.date()),
        Column("due_on", _("Due on"), fields.date()),
        Column("amount", _("Amount"), fields.money()),
        Column("status", _("Status"), fields.code()),
    ),
    alert_rows,
)
