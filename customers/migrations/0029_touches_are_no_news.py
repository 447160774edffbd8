"""What follows from something else at once is no news in the history of people.

A talk moves the last touch of a contact and of our relation; the note of the talk is the record.
"""

from django.db import migrations

from core.protection import track_history


def untrack(table: str) -> migrations.RunSQL:
    """Take the trigger away; back, the one of before."""
    before = (
        f"CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION core_record_history('customer_id', '', '', '')"
    )
    return migrations.RunSQL(f"DROP TRIGGER history ON {table}", before)


class Migration(migrations.Migration):
    """Names the columns that follow from others."""

    dependencies = [("customers", "0028_whole_groups")]
    operations = [
        untrack("customers_contact"),
        track_history(
            "customers_contact", customer="customer_id", ignored="last_touch_on private_facts"
        ),
        untrack("customers_tie"),
        track_history("customers_tie", customer="customer_id", ignored="last_touch_on"),
    ]
