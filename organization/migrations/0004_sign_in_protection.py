"""History of second factors; security events are only added, and removed when they are old."""

from django.db import migrations

from core.protection import track_history

APPEND_ONLY = """
REVOKE UPDATE, DELETE ON organization_securityevent FROM crm_app, crm_job;

CREATE FUNCTION organization_forget_security_events(before timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Removes what is older than `before`; refuses to remove what is younger than 90 days.
DECLARE
    removed bigint;
BEGIN
    IF before > now() - interval '90 days' THEN
        RAISE EXCEPTION 'security events are kept for 90 days at least'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'securityevent_kept_90_days';
    END IF;
    DELETE FROM organization_securityevent WHERE at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    RETURN removed;
END $$;
REVOKE ALL ON FUNCTION organization_forget_security_events(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION organization_forget_security_events(timestamptz) TO crm_job;
"""
APPEND_ONLY_BACK = """
DROP FUNCTION organization_forget_security_events(timestamptz);
GRANT UPDATE, DELETE ON organization_securityevent TO crm_app, crm_job;
"""


class Migration(migrations.Migration):
    """Rights, retention, history."""

    dependencies = [("organization", "0003_sign_in")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
        track_history(
            "organization_secondfactor", customer="", masked="secret", ignored="last_step"
        ),
        track_history("organization_recoverycode", customer="", masked="digest"),
    ]
