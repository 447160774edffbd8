"""What people write down about customers, plan with them, and put off."""

from engagement.forms.alerts import SnoozeForm
from engagement.forms.complaints import AnswerForm, NewComplaintForm, SolutionForm
from engagement.forms.prospects import ProspectForm
from engagement.forms.talks import NoteForm
from engagement.forms.tasks import DropForm, EditTaskForm, FinishForm, NewTaskForm, PostponeForm

__all__ = [
    "AnswerForm",
    "DropForm",
    "EditTaskForm",
    "FinishForm",
    "NewComplaintForm",
    "NewTaskForm",
    "NoteForm",
    "PostponeForm",
    "ProspectForm",
    "SnoozeForm",
    "SolutionForm",
]
