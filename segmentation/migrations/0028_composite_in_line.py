"""The weighted mean of known parts is one expression, which the planner writes in line: calls cost 50 µs each."""

from importlib import import_module

from django.db import migrations

_KNOWN = (
    "(CASE WHEN parts[1] IS NULL THEN 0 ELSE weights[1] END + CASE WHEN parts[2] IS NULL THEN 0 ELSE weights[2] END\n"
    "  + CASE WHEN parts[3] IS NULL THEN 0 ELSE coalesce(weights[3], 0) END\n"
    "  + CASE WHEN parts[4] IS NULL THEN 0 ELSE coalesce(weights[4], 0) END)"
)
COMPOSITE = f"""
CREATE OR REPLACE FUNCTION segmentation_composite(parts numeric[], weights numeric[], least_known numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- rules/scores.py, composite: the weighted mean of at most four known parts. Give it columns, not calls: what is
-- dear to compute is not written in line.
SELECT CASE WHEN {_KNOWN} >= least_known * (weights[1] + weights[2] + coalesce(weights[3], 0) + coalesce(weights[4], 0))
            THEN round((coalesce(parts[1] * weights[1], 0) + coalesce(parts[2] * weights[2], 0)
                        + coalesce(parts[3] * weights[3], 0) + coalesce(parts[4] * weights[4], 0))
                       / nullif({_KNOWN}, 0), 2) END
$$;
"""
_before = import_module("segmentation.migrations.0017_worth").FUNCTIONS
BEFORE = _before[_before.index("CREATE FUNCTION segmentation_composite") :].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


class Migration(migrations.Migration):
    """segmentation_composite()."""

    dependencies = [("segmentation", "0027_tier_override_protection")]
    operations = [migrations.RunSQL(COMPOSITE, BEFORE)]
