"""Functions that make, finish and drop a version's partitions, run as their owner crm_owner."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_partition_name(parent text, version bigint) RETURNS text STABLE LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
-- Refuses tables that are not registered: the callers run with the owner's rights.
BEGIN
    IF NOT EXISTS (SELECT 1 FROM core_versionedtable WHERE name = parent) THEN
        RAISE EXCEPTION '% is not a versioned table', parent;
    END IF;
    RETURN parent || '_v' || version;
END $$;

CREATE FUNCTION core_drop_partition(parent text, version bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', core_partition_name(parent, version));
END $$;

CREATE FUNCTION core_open_partition(parent text, version bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Made beside the parent and attached: readers of the parent are not kept waiting.
DECLARE
    partition text := core_partition_name(parent, version);
BEGIN
    PERFORM core_drop_partition(parent, version);
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, parent);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, crm_app, crm_job', partition);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT version_is CHECK (version = %s)', partition, version);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', parent, partition, version);
END $$;

CREATE FUNCTION core_seal_partition(parent text, version bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition text := core_partition_name(parent, version);
    definition text;
    number int := 0;
BEGIN
    FOREACH definition IN ARRAY (SELECT indexes FROM core_versionedtable WHERE name = parent) LOOP
        number := number + 1;
        EXECUTE format('CREATE %s INDEX IF NOT EXISTS %I ON %I %s',
                       CASE WHEN definition LIKE 'UNIQUE %' THEN 'UNIQUE' ELSE '' END,
                       partition || '_' || number, partition, replace(definition, 'UNIQUE ', ''));
    END LOOP;
    EXECUTE format('ANALYZE %I', partition);
END $$;

REVOKE ALL ON FUNCTION core_open_partition(text, bigint), core_seal_partition(text, bigint),
    core_drop_partition(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_open_partition(text, bigint), core_seal_partition(text, bigint),
    core_drop_partition(text, bigint) TO crm_job, crm_owner;
REVOKE INSERT, UPDATE, DELETE ON core_versionedtable FROM crm_app, crm_job;
REVOKE INSERT, UPDATE, DELETE ON core_version FROM crm_app;
"""

BACKWARD = """
DROP FUNCTION core_seal_partition(text, bigint); DROP FUNCTION core_open_partition(text, bigint);
DROP FUNCTION core_drop_partition(text, bigint); DROP FUNCTION core_partition_name(text, bigint);
"""


class Migration(migrations.Migration):
    """Partition functions and who may call them."""

    dependencies = [("core", "0002_versions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
