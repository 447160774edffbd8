"""How well it stands with a customer: the night writes it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column; no row is rewritten."""

    dependencies = [("customers", "0043_key_account_candidates")]
    operations = [
        migrations.AddField(
            model_name="customer",
            name="health",
            field=models.CharField(
                blank=True,
                choices=[("red", "Red"), ("yellow", "Yellow"), ("green", "Green")],
                db_default="",
                editable=False,
                max_length=6,
                verbose_name="health",
            ),
        ),
    ]
