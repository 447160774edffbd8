"""Two more kinds of alerts: changed facts of a file, and files with gaps."""

from django.db import migrations, models

KINDS = [
    ("payment_due", "Payment due"),
    ("low_score", "Low score"),
    ("volume_drop", "Revenue falls"),
    ("credit_review", "Credit review"),
    ("expiring", "Paper expires"),
    ("fact_change", "Facts of the file changed"),
    ("file_gaps", "File with gaps"),
]


class Migration(migrations.Migration):
    """Choices only: nothing changes in the database."""

    dependencies = [("engagement", "0013_file_risk_model")]
    operations = [
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=30, verbose_name="kind"),
        ),
    ]
