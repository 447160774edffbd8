"""Until when the limit that counts holds stands beside it, whosever limit it is."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """The last day of the limit, and how states that time has overtaken are found."""

    dependencies = [("contracts", "0036_refused_amendments")]
    operations = [
        migrations.AddField(
            "creditstate", "limit_until", models.DateField(null=True, verbose_name="limit valid until")
        ),
        migrations.AddIndex(
            "creditstate",
            models.Index(
                fields=["release_until"], condition=Q(release_until__isnull=False), name="creditstate_release_ends"
            ),
        ),
        migrations.AddIndex(
            "creditstate",
            models.Index(fields=["limit_until"], condition=Q(day__lte=F("limit_until")), name="creditstate_limit_ends"),
        ),
        migrations.RunSQL(
            "ALTER TABLE contracts_credit ADD COLUMN limit_until date",
            "ALTER TABLE contracts_credit DROP COLUMN limit_until",
        ),
    ]
