-- Makes: extensions and rights in the database it runs in. Needs the roles of roles.sql.
-- Run by: script/manage setup_database, or by an administrator: psql -d DATABASE -f database.sql
-- May run again: yes.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO crm_owner, crm_app, crm_job, crm_backup', current_database());
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO crm_owner, crm_job', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO crm_owner', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO crm_app, crm_job, crm_backup;
GRANT USAGE, CREATE ON SCHEMA public TO crm_owner, crm_history;

-- What migrations make can be used at once; a migration takes back what a table should not allow
-- (partitions, history). No TRUNCATE, no DDL for anybody but the owner.
ALTER DEFAULT PRIVILEGES FOR ROLE crm_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO crm_app, crm_job;
ALTER DEFAULT PRIVILEGES FOR ROLE crm_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO crm_app, crm_job;
