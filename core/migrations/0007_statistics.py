"""Statistics of tables that grew, now and not when autovacuum finds the time.

Only owners may gather them, so the function runs as crm_owner.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_gather_statistics(grown_only boolean) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- ANALYZE of crm_owner's tables, answers of how many. `grown_only`: by autovacuum's own rule for a table or
-- partition, and for a partitioned parent, which autovacuum never looks at, when it has doubled. A version's
-- partitions have theirs from when they were sealed, and their parents are never read whole.
DECLARE
    alone text := CASE WHEN current_setting('server_version_num')::int >= 180000 THEN 'ONLY ' ELSE '' END;
    target record;
    done integer := 0;
BEGIN
    FOR target IN
        WITH mine AS (
            SELECT c.oid, c.relname, c.relkind, greatest(c.reltuples, 0) AS known,
                   coalesce(s.n_mod_since_analyze, 0) AS changed, coalesce(s.n_live_tup, 0) AS living
              FROM pg_class c
              LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
               AND pg_get_userbyid(c.relowner) = current_user
        ), parents AS (
            SELECT p.relname, p.known, sum(part.living) AS living
              FROM mine p
              JOIN pg_inherits i ON i.inhparent = p.oid
              JOIN mine part ON part.oid = i.inhrelid
             WHERE p.relkind = 'p' AND p.relname NOT IN (SELECT name FROM core_versionedtable)
             GROUP BY p.relname, p.known
        )
        SELECT '' AS only_it, relname
          FROM mine
         WHERE relkind = 'r' AND (NOT grown_only OR changed > 1000 + 0.1 * known)
         UNION ALL
        SELECT alone, relname
          FROM parents
         WHERE NOT grown_only OR living > 1000 + 2 * known
    LOOP
        EXECUTE format('ANALYZE %s%I', target.only_it, target.relname);
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;
REVOKE ALL ON FUNCTION core_gather_statistics(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_gather_statistics(boolean) TO crm_job;
"""


class Migration(migrations.Migration):
    """Creates the function."""

    dependencies = [("core", "0006_first_filling")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION core_gather_statistics(boolean)"),
    ]
