"""Triggers add invoices up on plan lines; who reaches invoices, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history

ADD_UP = """
CREATE FUNCTION contracts_add_up_invoices(wanted bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What invoices claim of these plan lines, summed anew under their locks, and what red letters take
-- back of invoice lines. A red letter gives room on the plan line once it is issued, not before.
BEGIN
    PERFORM 1 FROM contracts_planline WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
    UPDATE contracts_invoiceline b SET reddened = s.amount
      FROM (SELECT r.corrects_id AS id,
                   coalesce(-sum(r.amount) FILTER (WHERE i.state IN ('requested', 'issuing', 'issued')), 0) AS amount
              FROM contracts_invoiceline r JOIN contracts_invoice i ON i.id = r.invoice_id
             WHERE r.line_id = ANY(wanted) AND r.corrects_id IS NOT NULL
             GROUP BY r.corrects_id) s
     WHERE b.id = s.id AND b.reddened <> s.amount;
    UPDATE contracts_planline l SET invoiced = s.amount
      FROM (SELECT r.line_id AS id,
                   coalesce(sum(r.amount) FILTER (WHERE i.state = 'issued'
                       OR i.state IN ('requested', 'issuing') AND i.corrects_id IS NULL), 0) AS amount
              FROM contracts_invoiceline r JOIN contracts_invoice i ON i.id = r.invoice_id
             WHERE r.line_id = ANY(wanted)
             GROUP BY r.line_id) s
     WHERE l.id = s.id AND l.invoiced <> s.amount;
END $$;

CREATE FUNCTION contracts_take_invoice_lines() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Lines of one customer and currency that sum to their invoice; a red one is of the line it takes back.
BEGIN
    IF EXISTS (SELECT 1 FROM taken t
                 JOIN contracts_invoice i ON i.id = t.invoice_id
                 JOIN contracts_planline l ON l.id = t.line_id
                 LEFT JOIN contracts_invoiceline b ON b.id = t.corrects_id
                WHERE l.customer_id <> i.customer_id OR t.customer_id <> i.customer_id
                   OR l.currency <> i.currency
                   OR (i.corrects_id IS NULL) <> (t.corrects_id IS NULL)
                   OR b.line_id <> t.line_id OR b.invoice_id <> i.corrects_id) THEN
        RAISE EXCEPTION 'an invoice is over lines of its customer and currency, a red letter over those it takes back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoiceline_belongs';
    END IF;
    IF EXISTS (SELECT 1 FROM contracts_invoice i
                WHERE i.id IN (SELECT invoice_id FROM taken)
                  AND i.amount <> (SELECT sum(x.amount) FROM contracts_invoiceline x WHERE x.invoice_id = i.id)) THEN
        RAISE EXCEPTION 'the lines of an invoice sum to its amount'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoiceline_sums_to_invoice';
    END IF;
    PERFORM contracts_add_up_invoices(ARRAY(SELECT line_id FROM taken));
    RETURN NULL;
END $$;
CREATE TRIGGER add_up AFTER INSERT ON contracts_invoiceline REFERENCING NEW TABLE AS taken
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_take_invoice_lines();

CREATE FUNCTION contracts_follow_invoice_state() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM contracts_add_up_invoices(
        ARRAY(SELECT x.line_id FROM contracts_invoiceline x WHERE x.invoice_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER add_up AFTER UPDATE OF state ON contracts_invoice FOR EACH ROW
    WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION contracts_follow_invoice_state();
"""
ADD_UP_BACK = """
DROP TRIGGER add_up ON contracts_invoice; DROP TRIGGER add_up ON contracts_invoiceline;
DROP FUNCTION contracts_follow_invoice_state(); DROP FUNCTION contracts_take_invoice_lines();
DROP FUNCTION contracts_add_up_invoices(bigint[]);
"""

KEEP = """
CREATE FUNCTION contracts_keep_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
-- The facts of an invoice never change, and what became of a request stays: only red letters correct.
BEGIN
    IF (NEW.kind, NEW.title, NEW.tax_no, NEW.amount, NEW.tax_rate, NEW.tax, NEW.currency, NEW.corrects_id)
       IS DISTINCT FROM
       (OLD.kind, OLD.title, OLD.tax_no, OLD.amount, OLD.tax_rate, OLD.tax, OLD.currency, OLD.corrects_id)
       OR (OLD.state IN ('issued', 'cancelled', 'failed')
           AND (NEW.state, NEW.invoice_no, NEW.issued_on) IS DISTINCT FROM (OLD.state, OLD.invoice_no, OLD.issued_on))
    THEN
        RAISE EXCEPTION 'an invoice is never edited: a red letter takes it back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_never_edited';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON contracts_invoice
    FOR EACH ROW EXECUTE FUNCTION contracts_keep_invoice();

CREATE FUNCTION contracts_keep_invoice_line() RETURNS trigger LANGUAGE plpgsql AS $$
-- Only its customer changes, with its invoice's in a merge, and the sum the trigger above keeps.
BEGIN
    IF (NEW.invoice_id, NEW.line_id, NEW.amount, NEW.corrects_id)
       IS DISTINCT FROM (OLD.invoice_id, OLD.line_id, OLD.amount, OLD.corrects_id)
       OR (NEW.reddened <> OLD.reddened AND pg_trigger_depth() < 2) THEN
        RAISE EXCEPTION 'an invoice is never edited: a red letter takes it back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'invoice_never_edited';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep BEFORE UPDATE ON contracts_invoiceline
    FOR EACH ROW EXECUTE FUNCTION contracts_keep_invoice_line();

CREATE TRIGGER invoiced_on_entry BEFORE INSERT ON contracts_planline FOR EACH ROW
    WHEN (NEW.invoiced <> 0) EXECUTE FUNCTION contracts_refuse_written_sum('invoiced');
CREATE TRIGGER invoiced_on_change BEFORE UPDATE ON contracts_planline FOR EACH ROW
    WHEN (NEW.invoiced <> OLD.invoiced) EXECUTE FUNCTION contracts_refuse_written_sum('invoiced');
REVOKE DELETE ON contracts_invoice, contracts_invoiceline FROM crm_app, crm_job;
"""
KEEP_BACK = """
GRANT DELETE ON contracts_invoice, contracts_invoiceline TO crm_app, crm_job;
DROP TRIGGER invoiced_on_change ON contracts_planline; DROP TRIGGER invoiced_on_entry ON contracts_planline;
DROP TRIGGER keep ON contracts_invoiceline; DROP TRIGGER keep ON contracts_invoice;
DROP FUNCTION contracts_keep_invoice_line(); DROP FUNCTION contracts_keep_invoice();
"""

# `invoiced` follows from invoices, which have a history of their own.
BEFORE = track_history("contracts_planline", customer="customer_id", ignored="paid")


class Migration(migrations.Migration):
    """Sums, policies and history of tax invoices."""

    dependencies = [
        ("contracts", "0020_invoices"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        migrations.RunSQL(ADD_UP, ADD_UP_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        secure_rows("contracts_invoice"),
        track_history("contracts_invoice", customer="customer_id"),
        secure_rows("contracts_invoiceline"),
        track_history("contracts_invoiceline", customer="customer_id", ignored="reddened"),
        migrations.RunSQL(BEFORE.reverse_sql, BEFORE.sql),
        track_history("contracts_planline", customer="customer_id", ignored="paid invoiced"),
    ]
