"""Row history: a partitioned table nobody but its triggers may write."""

from django.db import migrations, models

FORWARD = """
GRANT USAGE, CREATE ON SCHEMA public TO crm_history;

CREATE SEQUENCE core_history_id_seq;
CREATE TABLE core_history (
    id bigint NOT NULL DEFAULT nextval('core_history_id_seq'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    table_name text NOT NULL,
    row_id text NOT NULL,
    customer_id bigint,
    operation char(1) NOT NULL,
    changes jsonb NOT NULL,
    actor text NOT NULL,
    actor_id bigint,
    request_id text NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX core_history_customer ON core_history (customer_id, at DESC, id DESC);
CREATE INDEX core_history_row ON core_history (table_name, row_id, at DESC);
CREATE TABLE core_history_rest PARTITION OF core_history DEFAULT;

CREATE FUNCTION core_make_history_partition(month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- One month's partition; does nothing when it exists or when its rows already lie in the default one.
DECLARE
    first date := date_trunc('month', month);
    name text := 'core_history_' || to_char(first, 'YYYYMM');
BEGIN
    IF to_regclass(name) IS NOT NULL
       OR EXISTS (SELECT 1 FROM core_history_rest WHERE at >= first AND at < first + interval '1 month') THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF core_history FOR VALUES FROM (%L) TO (%L)',
                   name, first, first + interval '1 month');
END $$;

CREATE FUNCTION core_record_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Arguments: column with the customer's id, masked columns, ignored columns (blank-separated).
DECLARE
    old_row jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}'::jsonb ELSE to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}'::jsonb ELSE to_jsonb(NEW) END;
    any_row jsonb := CASE WHEN TG_OP = 'DELETE' THEN old_row ELSE new_row END;
    masked text[] := string_to_array(TG_ARGV[1], ' ');
    ignored text[] := string_to_array(TG_ARGV[2], ' ');
    changed jsonb;
BEGIN
    SELECT jsonb_object_agg(key, CASE
               WHEN key = ANY (masked) THEN '["•••", "•••"]'::jsonb
               ELSE jsonb_build_array(old_row -> key, new_row -> key) END)
      INTO changed
      FROM jsonb_object_keys(any_row) AS key
     WHERE old_row -> key IS DISTINCT FROM new_row -> key
       AND NOT (TG_OP <> 'UPDATE' AND coalesce(any_row -> key, 'null') IN ('null', '""'))
       AND key <> ALL (ignored);
    IF changed IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO core_history (table_name, row_id, customer_id, operation, changes, actor, actor_id, request_id)
    VALUES (TG_TABLE_NAME, any_row ->> 'id', (any_row ->> nullif(TG_ARGV[0], ''))::bigint, left(TG_OP, 1), changed,
            coalesce(nullif(current_setting('app.actor', true), ''), session_user || '/sql'),
            nullif(current_setting('app.user_id', true), '')::bigint,
            coalesce(current_setting('app.request_id', true), ''));
    RETURN NULL;
END $$;

ALTER SEQUENCE core_history_id_seq OWNER TO crm_history;
ALTER TABLE core_history OWNER TO crm_history;
ALTER TABLE core_history_rest OWNER TO crm_history;
ALTER FUNCTION core_make_history_partition(date) OWNER TO crm_history;
ALTER FUNCTION core_record_history() OWNER TO crm_history;
SET LOCAL ROLE crm_history;
REVOKE ALL ON core_history, core_history_rest FROM PUBLIC, crm_app, crm_job;
REVOKE ALL ON SEQUENCE core_history_id_seq FROM PUBLIC, crm_app, crm_job;
GRANT SELECT ON core_history TO crm_app, crm_job, crm_owner;
REVOKE ALL ON FUNCTION core_make_history_partition(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_make_history_partition(date) TO crm_job, crm_owner;
SELECT core_make_history_partition(current_date), core_make_history_partition((current_date + interval '1 month')::date);
SET LOCAL ROLE crm_owner;
"""

BACKWARD = """
DROP FUNCTION core_record_history();
DROP FUNCTION core_make_history_partition(date);
DROP TABLE core_history;
DROP SEQUENCE core_history_id_seq;
"""


class Migration(migrations.Migration):
    """Creates core_history, its writer and its partition maker."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.CreateModel(
            name="History",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("table_name", models.TextField()),
                ("row_id", models.TextField()),
                ("customer_id", models.BigIntegerField(null=True)),
                (
                    "operation",
                    models.CharField(
                        choices=[("I", "created"), ("U", "changed"), ("D", "deleted")],
                        max_length=1,
                    ),
                ),
                ("changes", models.JSONField()),
                ("actor", models.TextField(verbose_name="who")),
                ("actor_id", models.BigIntegerField(null=True)),
                ("request_id", models.TextField()),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "history",
                "db_table": "core_history",
                "managed": False,
            },
        ),
    ]
