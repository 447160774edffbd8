"""Protection of what is known about people.

Restricted details are read by crm_app only while an opening with a reason is on record; openings
and erasures are only added; what hangs on a contact follows it to another customer; an erasure on
record is the one key to the contact's past in the history.
"""

from django.db import migrations

from core.protection import secure_rows, track_history

RESTRICTED = "character hobbies family background standing reach"
OF_CONTACTS = ("privatedetails", "opening", "erasure", "tie", "acquaintance")

FOLLOW = """
CREATE FUNCTION customers_stand_with_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT c.customer_id INTO NEW.customer_id FROM customers_contact c WHERE c.id = NEW.contact_id;
    RETURN NEW;
END $$;
CREATE FUNCTION customers_follow_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE customers_privatedetails SET customer_id = NEW.customer_id WHERE contact_id = NEW.id;
    UPDATE customers_opening SET customer_id = NEW.customer_id WHERE contact_id = NEW.id;
    UPDATE customers_erasure SET customer_id = NEW.customer_id WHERE contact_id = NEW.id;
    UPDATE customers_tie SET customer_id = NEW.customer_id WHERE contact_id = NEW.id;
    UPDATE customers_acquaintance SET customer_id = NEW.customer_id WHERE contact_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER UPDATE OF customer_id ON customers_contact
    FOR EACH ROW WHEN (OLD.customer_id <> NEW.customer_id) EXECUTE FUNCTION customers_follow_contact();
""" + "".join(
    f"CREATE TRIGGER place BEFORE INSERT OR UPDATE OF contact_id ON customers_{table}"
    " FOR EACH ROW EXECUTE FUNCTION customers_stand_with_contact();"
    for table in OF_CONTACTS
)
FOLLOW_BACK = (
    "DROP TRIGGER follow ON customers_contact;"
    + "".join(f"DROP TRIGGER place ON customers_{table};" for table in OF_CONTACTS)
    + "DROP FUNCTION customers_follow_contact(); DROP FUNCTION customers_stand_with_contact();"
)

OPENED = """
CREATE POLICY opened ON customers_privatedetails AS RESTRICTIVE TO crm_app USING (EXISTS (
    SELECT 1 FROM customers_opening o
     WHERE o.contact_id = customers_privatedetails.contact_id AND o.user_id = app_user_id()
       AND o.opened_at > now() - interval '15 minutes'));
CREATE POLICY own ON customers_opening AS RESTRICTIVE FOR INSERT TO crm_app WITH CHECK (user_id = app_user_id());
CREATE POLICY own ON customers_erasure AS RESTRICTIVE FOR INSERT TO crm_app WITH CHECK (user_id = app_user_id());
REVOKE UPDATE, DELETE ON customers_opening, customers_erasure FROM crm_app, crm_job;
"""
OPENED_BACK = """
GRANT UPDATE, DELETE ON customers_opening, customers_erasure TO crm_app, crm_job;
DROP POLICY own ON customers_erasure; DROP POLICY own ON customers_opening;
DROP POLICY opened ON customers_privatedetails;
"""

FORGET = """
SET LOCAL ROLE crm_history;
CREATE FUNCTION core_blank_history(name text, ids text[], columns text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The columns' old and new values of these rows, in all their past, become a mask.
    UPDATE core_history h
       SET changes = (SELECT jsonb_object_agg(key, CASE WHEN key = ANY (columns) THEN '["•••", "•••"]'::jsonb ELSE value END)
                        FROM jsonb_each(h.changes) AS field(key, value))
     WHERE h.table_name = name AND h.row_id = ANY (ids) AND h.changes ?| columns;
$$;
REVOKE ALL ON FUNCTION core_blank_history(text, text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_blank_history(text, text[], text[]) TO crm_owner;
SET LOCAL ROLE crm_owner;

CREATE FUNCTION customers_forget_contact(erased bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What the web role may not touch: restricted details, reasons of openings, the past in the history.
-- Does so only for a contact whose erasure is on record.
DECLARE
    known text[];
BEGIN
    IF NOT EXISTS (SELECT 1 FROM customers_erasure e JOIN customers_contact c ON c.id = e.contact_id
                    WHERE e.contact_id = erased AND c.erased_on IS NOT NULL) THEN
        RAISE EXCEPTION 'no erasure of contact % is on record', erased
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contact_erasure_on_record';
    END IF;
    UPDATE customers_opening SET reason = '•••' WHERE contact_id = erased;
    DELETE FROM customers_privatedetails WHERE contact_id = erased;
    DELETE FROM customers_tie WHERE contact_id = erased;
    SELECT array_agg(id::text) INTO known FROM customers_acquaintance WHERE erased IN (contact_id, other_id);
    DELETE FROM customers_acquaintance WHERE erased IN (contact_id, other_id);
    PERFORM core_blank_history('customers_acquaintance', coalesce(known, '{}'), ARRAY['how']);
    PERFORM core_blank_history('customers_contact', ARRAY[erased::text], ARRAY[
        'name', 'title', 'department', 'mobile', 'phone', 'email', 'wechat', 'birthday', 'language', 'career',
        'specialties', 'ability', 'consent_source']);
END $$;
CREATE FUNCTION customers_posts_of(human uuid) RETURNS bigint STABLE
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- How many posts of a human being are known, also in files the acting user may not see.
    SELECT count(*) FROM customers_contact WHERE person = human AND erased_on IS NULL
$$;
"""
FORGET_BACK = """
DROP FUNCTION customers_posts_of(uuid); DROP FUNCTION customers_forget_contact(bigint);
SET LOCAL ROLE crm_history;
DROP FUNCTION core_blank_history(text, text[], text[]);
SET LOCAL ROLE crm_owner;
"""


class Migration(migrations.Migration):
    """Policies, rights, triggers and the way to forget."""

    dependencies = [("customers", "0010_people"), ("core", "0006_first_filling")]
    operations = [
        *(secure_rows(f"customers_{table}") for table in OF_CONTACTS),
        migrations.RunSQL(OPENED, OPENED_BACK),
        migrations.RunSQL(FOLLOW, FOLLOW_BACK),
        track_history("customers_privatedetails", customer="customer_id", masked=RESTRICTED),
        track_history("customers_tie", customer="customer_id"),
        track_history("customers_acquaintance", customer="customer_id"),
        migrations.RunSQL(FORGET, FORGET_BACK),
    ]
