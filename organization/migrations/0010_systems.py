"""Systems with an API key are users of a role of their own; like unit roles they see a unit."""

from django.db import migrations, models

SCOPE = """
CREATE OR REPLACE FUNCTION app_unit_ids() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- Home unit and below, for the roles that see a unit.
AS $$ SELECT unit.id
        FROM organization_user u
        JOIN organization_orgunit home ON home.id = u.org_unit_id
        JOIN organization_orgunit unit ON unit.path LIKE home.path || '%'
       WHERE u.id = app_user_id() AND u.is_active
         AND u.role IN ('unit_manager', 'finance', 'service_agent', 'analyst'{system}) $$;

CREATE OR REPLACE FUNCTION app_sees_all() RETURNS boolean STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- A unit role whose home unit is the only root.
AS $$ SELECT EXISTS (SELECT 1 FROM organization_user u JOIN organization_orgunit home ON home.id = u.org_unit_id
                      WHERE u.id = app_user_id() AND u.is_active AND home.parent_id IS NULL
                        AND u.role IN ('unit_manager', 'finance', 'service_agent', 'analyst'{system})
                        AND NOT EXISTS (SELECT 1 FROM organization_orgunit other
                                         WHERE other.parent_id IS NULL AND other.id <> home.id)) $$;
"""


class Migration(migrations.Migration):
    """One role, two kinds of events, two functions."""

    dependencies = [("organization", "0009_work_calendar_history")]
    operations = [
        migrations.AlterField(
            "user",
            "role",
            models.CharField(
                verbose_name="role",
                max_length=20,
                choices=[
                    ("account_manager", "Account manager"),
                    ("unit_manager", "Unit manager"),
                    ("finance", "Finance clerk"),
                    ("service_agent", "Service agent"),
                    ("analyst", "Analyst"),
                    ("administrator", "Administrator"),
                    ("system", "System"),
                ],
            ),
        ),
        migrations.AlterField(
            "securityevent",
            "kind",
            models.CharField(
                verbose_name="what",
                max_length=30,
                choices=[
                    ("signed_in", "Signed in"),
                    ("signed_out", "Signed out"),
                    ("refused", "Sign-in refused"),
                    ("locked", "Locked after too many tries"),
                    ("unlocked", "Unlocked by an administrator"),
                    ("password_changed", "Password changed"),
                    ("second_factor_set", "Second factor set up"),
                    ("second_factor_removed", "Second factor removed"),
                    ("recovery_codes_made", "New recovery codes"),
                    ("recovery_code_used", "Recovery code used"),
                    ("session_ended", "Session ended"),
                    ("access_ended", "Access ended"),
                    ("access_given", "Access given back"),
                    ("invited", "Invitation link made"),
                    ("key_made", "API key made"),
                    ("key_revoked", "API key revoked"),
                ],
            ),
        ),
        migrations.RunSQL(SCOPE.format(system=", 'system'"), SCOPE.format(system="")),
    ]
