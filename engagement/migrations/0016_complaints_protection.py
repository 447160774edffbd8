"""Row-level security and history of complaints; who is forgotten is forgotten in them too."""

from django.db import migrations

from core.protection import secure_rows, track_history

FORGET = """
CREATE FUNCTION engagement_forget_in_complaints() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Complaints of the file under the person's name or one of their numbers lose both, also in the past.
DECLARE
    numbers text[] := array_remove(ARRAY[regexp_replace(OLD.mobile, '\\D', '', 'g'),
                                         regexp_replace(OLD.phone, '\\D', '', 'g')], '');
    theirs bigint[];
BEGIN
    SELECT array_agg(id) INTO theirs FROM engagement_complaint
     WHERE customer_id = OLD.customer_id
       AND (contact_name = OLD.name OR regexp_replace(contact_phone, '\\D', '', 'g') = ANY (numbers));
    UPDATE engagement_complaint SET contact_name = '', contact_phone = '' WHERE id = ANY (theirs);
    PERFORM core_blank_history('engagement_complaint', coalesce(theirs::text[], '{}'),
                               ARRAY['contact_name', 'contact_phone']);
    RETURN NULL;
END $$;
CREATE TRIGGER forget_in_complaints AFTER UPDATE OF erased_on ON customers_contact
    FOR EACH ROW WHEN (OLD.erased_on IS NULL AND NEW.erased_on IS NOT NULL)
    EXECUTE FUNCTION engagement_forget_in_complaints();
"""
FORGET_BACK = """
DROP TRIGGER forget_in_complaints ON customers_contact; DROP FUNCTION engagement_forget_in_complaints();
"""


class Migration(migrations.Migration):
    """Policy and triggers."""

    dependencies = [
        ("engagement", "0015_complaints"),
        ("customers", "0015_merge_protection"),
        ("core", "0006_first_filling"),
    ]
    operations = [
        secure_rows("engagement_complaint"),
        track_history("engagement_complaint", customer="customer_id"),
        migrations.RunSQL(FORGET, FORGET_BACK),
    ]
