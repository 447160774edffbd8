"""What a night asks of every customer is written in line; a notice has no index it has already."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

made = import_module("contracts.migrations.0024_credit_functions")

LINEAR = """
CREATE OR REPLACE FUNCTION contracts_linear(value numeric, places numeric[], points numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
-- linear() of contracts/rules/payment_score.py: straight lines between places in ascending order, level outside.
-- One expression without FROM, so that the planner writes it in line.
SELECT CASE width_bucket(value, places)
       WHEN 0 THEN points[1]
       WHEN cardinality(places) THEN points[cardinality(places)]
       ELSE points[width_bucket(value, places)]
            + (value - places[width_bucket(value, places)])
              / (places[width_bucket(value, places) + 1] - places[width_bucket(value, places)])
              * (points[width_bucket(value, places) + 1] - points[width_bucket(value, places)]) END
$$;
"""
_BEFORE = made.SCORE[
    made.SCORE.index("CREATE FUNCTION contracts_linear") : made.SCORE.index(
        "CREATE FUNCTION contracts_payment_points"
    )
]


class Migration(migrations.Migration):
    """The same answers, quicker."""

    dependencies = [("contracts", "0040_review_tasks")]
    operations = [
        migrations.RunSQL(LINEAR, _BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
        migrations.AlterField(
            model_name="paymentnotice",
            name="line",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment_notices",
                to="contracts.planline",
                verbose_name="plan line",
            ),
        ),
    ]
