"""Evidence that follows a promise to pay is told from what people write down."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('customers', '0036_credit_vetoes')]

    operations = [
        migrations.AddField(
            model_name='creditevent',
            name='of_promise',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='follows a promise to pay'),
        ),
        migrations.AddConstraint(
            model_name='creditevent',
            constraint=models.CheckConstraint(condition=models.Q(('of_promise', False), models.Q(('kind__in', ('promise_kept', 'promise_broken')), ('settled_on', None)), _connector='OR'), name='creditevent_of_promise_is_kept_or_broken'),
        ),
    ]
