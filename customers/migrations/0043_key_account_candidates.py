"""Who may become a key account is found and counted without reading all customers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """A small index over the large and those of class A."""

    atomic = False
    dependencies = [("customers", "0042_policies_of_chosen_tiers")]
    operations = [
        AddIndexConcurrently(
            "customer",
            models.Index(
                name="customer_key_candidates",
                fields=["org_unit"],
                condition=Q(merged_into=None) & (Q(size="large") | Q(abc_class="A")),
            ),
        ),
    ]
