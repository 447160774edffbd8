-- Makes: closed alerts of changed facts that nobody has had to look at for `news_days` days.
-- Reads: open alerts (alert_open_subject).
-- May run again: yes, closed alerts are left alone.
UPDATE engagement_alert
   SET status = 'closed', closed_on = %(day)s::date, closing_reason = 'lapsed'
 WHERE kind = 'fact_change' AND status <> 'closed' AND opened_on <= %(day)s::date - %(news_days)s::int
