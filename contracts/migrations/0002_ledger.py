"""The ledger keeps `paid` and `allocated`; nobody else may, and its rows are only ever added."""

from django.db import migrations

ADD_UP = """
CREATE FUNCTION contracts_apply_allocations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Once a statement: locks in id order, refuses strangers, adds the new rows to line and receipt.
-- Runs as the owner, so that a row hidden from the acting user cannot be passed over in silence.
BEGIN
    PERFORM 1 FROM contracts_receipt WHERE id IN (SELECT receipt_id FROM booked) ORDER BY id FOR NO KEY UPDATE;
    PERFORM 1 FROM contracts_planline WHERE id IN (SELECT line_id FROM booked) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM booked b
                 JOIN contracts_planline l ON l.id = b.line_id
                 JOIN contracts_receipt r ON r.id = b.receipt_id
                WHERE l.customer_id <> r.customer_id OR b.customer_id <> l.customer_id
                   OR l.currency <> r.currency) THEN
        RAISE EXCEPTION 'an allocation joins a receipt and a line of one customer and currency'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_one_customer_and_currency';
    END IF;
    UPDATE contracts_planline l SET paid = l.paid + s.amount
      FROM (SELECT line_id, sum(amount) AS amount FROM booked GROUP BY line_id) s
     WHERE l.id = s.line_id AND s.amount <> 0;
    UPDATE contracts_receipt r SET allocated = r.allocated + s.amount
      FROM (SELECT receipt_id, sum(amount) AS amount FROM booked GROUP BY receipt_id) s
     WHERE r.id = s.receipt_id AND s.amount <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER apply AFTER INSERT ON contracts_allocation REFERENCING NEW TABLE AS booked
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_apply_allocations();
"""
ADD_UP_BACK = """
DROP TRIGGER apply ON contracts_allocation; DROP FUNCTION contracts_apply_allocations();
"""

APPEND_ONLY = """
CREATE FUNCTION contracts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the ledger are never changed or deleted: book a negative row'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_append_only';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON contracts_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON contracts_allocation FROM crm_app, crm_job;
"""
APPEND_ONLY_BACK = """
GRANT UPDATE, DELETE ON contracts_allocation TO crm_app, crm_job;
DROP TRIGGER append_only ON contracts_allocation; DROP FUNCTION contracts_refuse_change();
"""

SUMS = """
CREATE FUNCTION contracts_refuse_written_sum() RETURNS trigger LANGUAGE plpgsql AS $$
-- Only the ledger's own trigger, one level up, may write the sums.
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION '% of % is the sum of the ledger: book an allocation', TG_ARGV[0], TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_keeps_the_sum';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sum_on_entry BEFORE INSERT ON contracts_planline FOR EACH ROW
    WHEN (NEW.paid <> 0) EXECUTE FUNCTION contracts_refuse_written_sum('paid');
CREATE TRIGGER sum_on_change BEFORE UPDATE ON contracts_planline FOR EACH ROW
    WHEN (NEW.paid <> OLD.paid) EXECUTE FUNCTION contracts_refuse_written_sum('paid');
CREATE TRIGGER sum_on_entry BEFORE INSERT ON contracts_receipt FOR EACH ROW
    WHEN (NEW.allocated <> 0) EXECUTE FUNCTION contracts_refuse_written_sum('allocated');
CREATE TRIGGER sum_on_change BEFORE UPDATE ON contracts_receipt FOR EACH ROW
    WHEN (NEW.allocated <> OLD.allocated) EXECUTE FUNCTION contracts_refuse_written_sum('allocated');
"""
SUMS_BACK = """
DROP TRIGGER sum_on_entry ON contracts_planline; DROP TRIGGER sum_on_change ON contracts_planline;
DROP TRIGGER sum_on_entry ON contracts_receipt; DROP TRIGGER sum_on_change ON contracts_receipt;
DROP FUNCTION contracts_refuse_written_sum();
"""

BOOKED = """
CREATE FUNCTION contracts_keep_what_is_booked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Rows of the ledger that do not cancel out on their day hold line and receipt where they are.
DECLARE
    held boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM contracts_allocation WHERE %I = $1'
                   ' GROUP BY line_id, receipt_id, allocated_on HAVING sum(amount) <> 0)', TG_ARGV[0])
       INTO held USING NEW.id;
    IF held THEN
        RAISE EXCEPTION 'money is booked here: customer and currency stay, and a line is not made void'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_keeps_what_is_booked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_booked BEFORE UPDATE OF customer_id, currency, state ON contracts_planline FOR EACH ROW
    WHEN (NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency
          OR (NEW.state = 'void' AND OLD.state <> 'void'))
    EXECUTE FUNCTION contracts_keep_what_is_booked('line_id');
CREATE TRIGGER keep_booked BEFORE UPDATE OF customer_id, currency ON contracts_receipt FOR EACH ROW
    WHEN (NEW.customer_id <> OLD.customer_id OR NEW.currency <> OLD.currency)
    EXECUTE FUNCTION contracts_keep_what_is_booked('receipt_id');
"""
BOOKED_BACK = """
DROP TRIGGER keep_booked ON contracts_planline; DROP TRIGGER keep_booked ON contracts_receipt;
DROP FUNCTION contracts_keep_what_is_booked();
"""


class Migration(migrations.Migration):
    """Triggers of the ledger, and who may write it."""

    dependencies = [("contracts", "0001_initial")]
    operations = [
        migrations.RunSQL(ADD_UP, ADD_UP_BACK),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
        migrations.RunSQL(SUMS, SUMS_BACK),
        migrations.RunSQL(BOOKED, BOOKED_BACK),
    ]
