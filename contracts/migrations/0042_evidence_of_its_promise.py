"""Evidence says what its promise came to, also where somebody took it away, changed it or separated the two."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

told = import_module("contracts.migrations.0035_evidence_of_promises")

FOLLOW = """
UPDATE customers_creditevent e
   SET customer_id = p.customer_id, kind = 'promise_' || p.state, amount = p.amount, currency = p.currency,
       text = concat_ws(' · ', l.line_no, p.due_on::text), source = 'Yihu', as_of = p.decided_on, settled_on = NULL,
       of_promise = true
  FROM contracts_promise p LEFT JOIN contracts_planline l ON l.id = p.line_id
 WHERE e.id = p.evidence_id
"""


class Migration(migrations.Migration):

    dependencies = [('contracts', '0041_cheaper_nights'), ('customers', '0037_events_of_promises')]

    operations = [
        migrations.AlterField(
            model_name='promise',
            name='evidence',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.creditevent', verbose_name='evidence'),
        ),
        migrations.RunSQL(told.TELL, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
    ]
