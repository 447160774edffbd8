"""Promises that were kept or broken before stand in the credit record too."""

from django.db import migrations

TELL = """
DO $$
DECLARE
    promise record;
    told bigint;
BEGIN
    FOR promise IN
        SELECT p.id, p.customer_id, p.amount, p.currency, p.decided_on, p.due_on, p.state, l.line_no
          FROM contracts_promise p LEFT JOIN contracts_planline l ON l.id = p.line_id
         WHERE p.state IN ('kept', 'broken') AND p.evidence_id IS NULL ORDER BY p.id
    LOOP
        INSERT INTO customers_creditevent (customer_id, kind, amount, currency, text, source, as_of, recorded_at)
        VALUES (promise.customer_id, 'promise_' || promise.state, promise.amount, promise.currency,
                concat_ws(' · ', promise.line_no, promise.due_on::text), 'Yihu', promise.decided_on, now())
        RETURNING id INTO told;
        UPDATE contracts_promise SET evidence_id = told WHERE id = promise.id;
    END LOOP;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [('contracts', '0034_promise_evidence')]

    operations = [migrations.RunSQL(TELL, migrations.RunSQL.noop)]
