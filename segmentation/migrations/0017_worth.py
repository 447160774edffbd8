"""What the night finds out besides: parts of value, scores and grade, where a class leans to, lifecycle."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

SCORE = (
    "customer_id bigint NOT NULL, revenue numeric(5, 2), contribution numeric(5, 2), volume numeric(5, 2),"
    " collection numeric(5, 2), planned_volume numeric(5, 2), planned_growth numeric(5, 2),"
    " loyalty numeric(5, 2), efficiency numeric(5, 2), plan_kg numeric(24, 3), plan_growth numeric(20, 6),"
    " tenure_days integer, wallet_share numeric(20, 6), active_weeks integer, last_nps integer,"
    " season_cv numeric(20, 6), waiting_minutes bigint NOT NULL, minutes_over bigint NOT NULL,"
    " storage_days bigint NOT NULL, days_over bigint NOT NULL"
)
COLUMNS = """
ALTER TABLE segmentation_classification
    ADD COLUMN abc_toward text NOT NULL DEFAULT '', ADD COLUMN abc_nights integer NOT NULL DEFAULT 0,
    ADD COLUMN size_toward text NOT NULL DEFAULT '', ADD COLUMN size_nights integer NOT NULL DEFAULT 0,
    ADD COLUMN current_score numeric(5, 2), ADD COLUMN potential_score numeric(5, 2),
    ADD COLUMN value_grade text NOT NULL DEFAULT '', ADD COLUMN key_account_kind text NOT NULL DEFAULT '',
    ADD COLUMN lifecycle text NOT NULL DEFAULT '';
ALTER TABLE segmentation_rhythm
    ADD COLUMN first_on date, ADD COLUMN active_weeks integer NOT NULL DEFAULT 0
"""
COLUMNS_BACK = """
ALTER TABLE segmentation_rhythm DROP COLUMN first_on, DROP COLUMN active_weeks;
ALTER TABLE segmentation_classification
    DROP COLUMN abc_toward, DROP COLUMN abc_nights, DROP COLUMN size_toward, DROP COLUMN size_nights,
    DROP COLUMN current_score, DROP COLUMN potential_score, DROP COLUMN value_grade,
    DROP COLUMN key_account_kind, DROP COLUMN lifecycle
"""
# Small, pure and written in line by the planner.
FUNCTIONS = """
CREATE FUNCTION segmentation_size(value numeric, large numeric, medium numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- rules/sizes.py, size_of
SELECT CASE WHEN value >= large THEN 'large' WHEN value >= medium THEN 'medium' ELSE 'small' END
$$;
CREATE FUNCTION segmentation_scaled(value numeric, bounds numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- rules/scores.py, scaled: 0 to 100 between two bounds; null where that tells nothing.
SELECT CASE WHEN bounds[2] > bounds[1] AND value IS NOT NULL
            THEN round(100 * (least(greatest(value, bounds[1]), bounds[2]) - bounds[1]) / (bounds[2] - bounds[1]), 2) END
$$;
CREATE FUNCTION segmentation_part(share numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- A share of the whole as a part of 0 to 100; unlike least(), null stays null.
SELECT CASE WHEN share >= 1 THEN 100 WHEN share <= 0 THEN 0 ELSE 100 * share END
$$;
CREATE FUNCTION segmentation_composite(parts numeric[], weights numeric[], least_known numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- rules/scores.py, composite: the weighted mean of at most four known parts.
SELECT CASE WHEN known > 0 AND known >= least_known * whole THEN round(total / known, 2) END
  FROM (SELECT coalesce(weights[1], 0) + coalesce(weights[2], 0) + coalesce(weights[3], 0) + coalesce(weights[4], 0) AS whole,
               CASE WHEN parts[1] IS NULL THEN 0 ELSE weights[1] END + CASE WHEN parts[2] IS NULL THEN 0 ELSE weights[2] END
               + CASE WHEN parts[3] IS NULL THEN 0 ELSE weights[3] END
               + CASE WHEN parts[4] IS NULL THEN 0 ELSE weights[4] END AS known,
               coalesce(parts[1] * weights[1], 0) + coalesce(parts[2] * weights[2], 0)
               + coalesce(parts[3] * weights[3], 0) + coalesce(parts[4] * weights[4], 0) AS total) AS sums
$$;
"""
FUNCTIONS_BACK = """
DROP FUNCTION segmentation_composite(numeric[], numeric[], numeric);
DROP FUNCTION segmentation_part(numeric);
DROP FUNCTION segmentation_scaled(numeric, numeric[]);
DROP FUNCTION segmentation_size(numeric, numeric, numeric);
"""


class Migration(migrations.Migration):
    """The versioned table segmentation_score, columns of two others, functions of the rules."""

    dependencies = [
        ("segmentation", "0016_credit_marks"),
        ("customers", "0041_worth_protection"),
        ("surveys", "0001_initial"),
    ]
    operations = [
        versioned_table("segmentation_score", SCORE, indexes=["UNIQUE (customer_id)"]),
        secure_rows("segmentation_score"),
        migrations.RunSQL(COLUMNS, COLUMNS_BACK),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
    ]
