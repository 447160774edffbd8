"""What we do with customers: talks as they were written, tasks, complaints, the alerts inbox."""

from engagement.models.alerts import Alert
from engagement.models.complaints import Complaint
from engagement.models.file_risk import FileRisk
from engagement.models.notes import Note, Participant
from engagement.models.tasks import Task

__all__ = ["Alert", "Complaint", "FileRisk", "Note", "Participant", "Task"]
