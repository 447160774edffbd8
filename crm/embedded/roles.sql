-- Makes: the database roles, for the whole server. Rights in the database: database.sql.
-- Run by: script/manage setup_database, or once by an administrator: psql -d DATABASE -f roles.sql
-- May run again: yes; existing roles keep their passwords.
-- On a managed server the administrator then sets passwords: ALTER ROLE crm_app PASSWORD '...'.
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['crm_owner', 'crm_app', 'crm_job', 'crm_backup', 'crm_history'] LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOINHERIT', role_name);
        END IF;
    END LOOP;
END
$$;

-- Owns tables and migrates, those of crm_history as well; no process that serves people signs in as it.
ALTER ROLE crm_owner LOGIN INHERIT NOCREATEROLE NOCREATEDB;
-- Web and API: held to row-level security.
ALTER ROLE crm_app LOGIN NOINHERIT NOCREATEROLE NOCREATEDB NOBYPASSRLS;
-- Imports, exports and the night: all rows.
ALTER ROLE crm_job LOGIN NOINHERIT NOCREATEROLE NOCREATEDB BYPASSRLS;
-- Dumps: all rows, read only.
ALTER ROLE crm_backup LOGIN INHERIT NOCREATEROLE NOCREATEDB BYPASSRLS;
-- Owns the history tables; nobody signs in as it.
ALTER ROLE crm_history NOLOGIN NOINHERIT NOCREATEROLE NOCREATEDB NOBYPASSRLS;

GRANT pg_read_all_data TO crm_backup;
GRANT crm_history TO crm_owner;

-- An administrator who is no superuser can set default rights of crm_owner only as its member.
DO $$
BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        EXECUTE format('GRANT crm_owner TO %I', current_user);
    END IF;
END
$$;

-- Outer limits; the settings of a process may be stricter.
ALTER ROLE crm_app SET statement_timeout = '15s';
ALTER ROLE crm_app SET lock_timeout = '3s';
ALTER ROLE crm_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE crm_job SET statement_timeout = '10min';
