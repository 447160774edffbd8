"""Revenue of three months and of the month to date, beside their like; currency of receivables."""

from django.db import migrations

FORWARD = """
ALTER TABLE segmentation_figures
    ADD COLUMN receivables_currency text,
    ADD COLUMN revenue_3m numeric(20, 2),
    ADD COLUMN revenue_prev_3m numeric(20, 2),
    ADD COLUMN revenue_3m_year_ago numeric(20, 2),
    ADD COLUMN revenue_month numeric(20, 2),
    ADD COLUMN revenue_month_year_ago numeric(20, 2)
"""
BACKWARD = """
ALTER TABLE segmentation_figures
    DROP COLUMN receivables_currency, DROP COLUMN revenue_3m, DROP COLUMN revenue_prev_3m,
    DROP COLUMN revenue_3m_year_ago, DROP COLUMN revenue_month, DROP COLUMN revenue_month_year_ago
"""


class Migration(migrations.Migration):
    """Null in the partitions of earlier nights."""

    dependencies = [("segmentation", "0004_living_book")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
