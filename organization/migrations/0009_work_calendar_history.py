"""Who changed the work calendar, and what."""

from django.db import migrations

from core.protection import track_history


class Migration(migrations.Migration):
    """One trigger."""

    dependencies = [("organization", "0008_work_calendar"), ("core", "0001_history")]
    operations = [track_history("organization_calendarday", customer="")]
