"""The next follow-up of every customer is that of its tasks; open tasks follow the customer's manager."""

from django.db import migrations

KEEP = """
CREATE FUNCTION engagement_keep_next_follow_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The customers are locked first: the statement after it then sees what others have committed.
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := ARRAY(SELECT DISTINCT customer_id FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        touched := ARRAY(SELECT DISTINCT customer_id FROM old_rows);
    ELSE
        touched := ARRAY(
            SELECT unnest(ARRAY[o.customer_id, n.customer_id]) FROM old_rows o JOIN new_rows n USING (id)
             WHERE (o.customer_id, o.due_on, o.state, o.kind)
                   IS DISTINCT FROM (n.customer_id, n.due_on, n.state, n.kind));
    END IF;
    PERFORM FROM customers_customer WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    UPDATE customers_customer c
       SET next_follow_up_on = next.due_on
      FROM (SELECT t.id, (SELECT min(due_on) FROM engagement_task
                           WHERE customer_id = t.id AND state = 'open'
                             AND kind IN ('follow_up', 'call', 'visit')) AS due_on
              FROM (SELECT DISTINCT unnest(touched) AS id) t) next
     WHERE c.id = next.id AND c.next_follow_up_on IS DISTINCT FROM next.due_on;
    RETURN NULL;
END $$;
CREATE TRIGGER next_follow_up_in AFTER INSERT ON engagement_task
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_keep_next_follow_up();
CREATE TRIGGER next_follow_up_on AFTER UPDATE ON engagement_task
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_keep_next_follow_up();
CREATE TRIGGER next_follow_up_out AFTER DELETE ON engagement_task
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_keep_next_follow_up();
"""
KEEP_BACK = """
DROP TRIGGER next_follow_up_in ON engagement_task; DROP TRIGGER next_follow_up_on ON engagement_task;
DROP TRIGGER next_follow_up_out ON engagement_task; DROP FUNCTION engagement_keep_next_follow_up();
"""

FOLLOW = """
CREATE FUNCTION engagement_hand_tasks_on() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What the former manager had to do is the new one's; of a customer nobody had, what any manager had.
BEGIN
    UPDATE engagement_task t
       SET assignee_id = m.manager
      FROM customers_moving m, organization_user u
     WHERE t.customer_id = m.customer_id AND t.state = 'open' AND u.id = t.assignee_id
       AND m.manager IS NOT NULL AND m.manager <> t.assignee_id
       AND (t.assignee_id = m.manager_before
            OR m.manager_before IS NULL AND u.role = 'account_manager');
    RETURN NULL;
END $$;
CREATE TRIGGER follow_tasks AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_hand_tasks_on();
"""
FOLLOW_BACK = """
DROP TRIGGER follow_tasks ON customers_customer; DROP FUNCTION engagement_hand_tasks_on();
"""


class Migration(migrations.Migration):
    """Two sets of triggers."""

    dependencies = [
        ("engagement", "0009_tasks_protection"),
        ("customers", "0007_moves"),
        ("customers", "0017_prospects"),
    ]
    operations = [
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(FOLLOW, FOLLOW_BACK),
    ]
