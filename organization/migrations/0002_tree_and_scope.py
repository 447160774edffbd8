"""The unit tree keeps its own paths; functions tell row-level security what the acting user sees.

The functions run as crm_owner (SECURITY DEFINER), so that policies may read users, units and
shares without granting more to crm_app. They are STABLE and called as sub-selects: once a query.
"""

from django.db import migrations

from core.protection import track_history

TREE = """
CREATE FUNCTION organization_set_path() RETURNS trigger LANGUAGE plpgsql AS $$
-- A unit's path is its parent's path and its own id; a unit may not move below itself.
DECLARE
    parent_path text := '/';
BEGIN
    IF NEW.parent_id IS NOT NULL THEN
        SELECT path INTO parent_path FROM organization_orgunit WHERE id = NEW.parent_id FOR SHARE;
        IF parent_path LIKE '%/' || NEW.id || '/%' THEN
            RAISE EXCEPTION 'unit % cannot stand below itself', NEW.code
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orgunit_no_cycle';
        END IF;
    END IF;
    NEW.path := parent_path || NEW.id || '/';
    RETURN NEW;
END $$;
CREATE TRIGGER set_path BEFORE INSERT OR UPDATE OF parent_id, path ON organization_orgunit
    FOR EACH ROW EXECUTE FUNCTION organization_set_path();

CREATE FUNCTION organization_move_children() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE organization_orgunit SET path = '' WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER move_children AFTER UPDATE ON organization_orgunit
    FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION organization_move_children();
"""
TREE_BACK = """
DROP TRIGGER move_children ON organization_orgunit; DROP FUNCTION organization_move_children();
DROP TRIGGER set_path ON organization_orgunit; DROP FUNCTION organization_set_path();
"""

SCOPE = """
CREATE FUNCTION app_user_id() RETURNS bigint STABLE LANGUAGE sql
AS $$ SELECT nullif(current_setting('app.user_id', true), '')::bigint $$;

CREATE FUNCTION app_is_administrator() RETURNS boolean STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM organization_user
                     WHERE id = app_user_id() AND is_active AND role = 'administrator') $$;

CREATE FUNCTION app_unit_ids() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- Home unit and below, for the roles that see a unit.
AS $$ SELECT unit.id
        FROM organization_user u
        JOIN organization_orgunit home ON home.id = u.org_unit_id
        JOIN organization_orgunit unit ON unit.path LIKE home.path || '%'
       WHERE u.id = app_user_id() AND u.is_active
         AND u.role IN ('unit_manager', 'finance', 'service_agent', 'analyst') $$;

CREATE FUNCTION app_sees_all() RETURNS boolean STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- A unit role whose home unit is the only root.
AS $$ SELECT EXISTS (SELECT 1 FROM organization_user u JOIN organization_orgunit home ON home.id = u.org_unit_id
                      WHERE u.id = app_user_id() AND u.is_active AND home.parent_id IS NULL
                        AND u.role IN ('unit_manager', 'finance', 'service_agent', 'analyst')
                        AND NOT EXISTS (SELECT 1 FROM organization_orgunit other
                                         WHERE other.parent_id IS NULL AND other.id <> home.id)) $$;

CREATE FUNCTION app_manager_ids() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- The acting account manager and those for whom they stand in today.
AS $$ SELECT u.id FROM organization_user u
       WHERE u.id = app_user_id() AND u.is_active AND u.role = 'account_manager'
      UNION
      SELECT d.user_id FROM organization_deputy d JOIN organization_user u ON u.id = d.deputy_id
       WHERE d.deputy_id = app_user_id() AND u.is_active AND u.role = 'account_manager'
         AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN d.starts_on AND d.ends_on $$;
"""
SCOPE_BACK = """
DROP FUNCTION app_manager_ids(); DROP FUNCTION app_sees_all(); DROP FUNCTION app_unit_ids();
DROP FUNCTION app_is_administrator(); DROP FUNCTION app_user_id();
"""


class Migration(migrations.Migration):
    """Paths of units, scope functions, history of the organisation."""

    dependencies = [("organization", "0001_initial"), ("core", "0001_history")]
    operations = [
        migrations.RunSQL(TREE, TREE_BACK),
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        track_history("organization_orgunit", customer="", ignored="path"),
        track_history("organization_department", customer=""),
        track_history("organization_user", customer="", masked="password", ignored="last_login"),
        track_history("organization_deputy", customer=""),
    ]
