"""Row-level security and history of tasks and of who was part of a talk."""

from django.db import migrations

from core.protection import secure_rows, track_history


class Migration(migrations.Migration):
    """Policies and triggers. How urgent a task is follows from figures: that is no change of it."""

    dependencies = [("engagement", "0008_tasks"), ("customers", "0018_prospects_protection"), ("core", "0006_first_filling")]
    operations = [
        secure_rows("engagement_task"),
        secure_rows("engagement_participant"),
        track_history("engagement_task", customer="customer_id", ignored="urgency"),
        track_history("engagement_participant", customer="customer_id"),
    ]
