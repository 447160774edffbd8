-- Makes: one more counted try, before a password or code is looked at; answers how many there are and until when.
-- Reads: organization_signintry by its primary key.
-- May run again: no, each run is a try. Parallel runs wait for one another on the row, so no number is given twice.
-- A try within the limit starts the waiting time anew; one beyond it does not, or nobody would ever get in again.
INSERT INTO organization_signintry AS counted (key, user_id, address, tries, ends_at)
VALUES (%(key)s, %(user_id)s, %(address)s, 1, %(now)s + %(wait)s)
ON CONFLICT (key) DO UPDATE SET
    user_id = excluded.user_id,
    tries = CASE WHEN counted.ends_at <= %(now)s THEN 1 ELSE counted.tries + 1 END,
    ends_at = CASE WHEN counted.ends_at <= %(now)s OR counted.tries < %(most)s
                   THEN excluded.ends_at ELSE counted.ends_at END
RETURNING tries, ends_at
