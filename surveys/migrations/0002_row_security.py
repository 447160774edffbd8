"""Row-level security and history of answers; an answer's customer is its response's."""

from django.db import migrations

from core.protection import secure_rows, track_history

SAME_CUSTOMER = """
ALTER TABLE surveys_response ADD CONSTRAINT response_id_customer UNIQUE (id, customer_id);
ALTER TABLE surveys_answer ADD CONSTRAINT answer_customer_is_the_responses
    FOREIGN KEY (response_id, customer_id) REFERENCES surveys_response (id, customer_id)
    ON UPDATE CASCADE;
"""
SAME_CUSTOMER_BACK = """
ALTER TABLE surveys_answer DROP CONSTRAINT answer_customer_is_the_responses;
ALTER TABLE surveys_response DROP CONSTRAINT response_id_customer;
"""


class Migration(migrations.Migration):
    """Policies, triggers and the constraint that keeps both customers equal."""

    dependencies = [
        ("surveys", "0001_initial"),
        ("customers", "0002_row_security"),
        ("core", "0001_history"),
    ]
    operations = [
        migrations.RunSQL(SAME_CUSTOMER, SAME_CUSTOMER_BACK),
        secure_rows("surveys_response"),
        secure_rows("surveys_answer"),
        track_history("surveys_survey", customer=""),
        track_history("surveys_response", customer="customer_id", ignored="answered_on"),
        track_history("surveys_answer", customer="customer_id"),
    ]
