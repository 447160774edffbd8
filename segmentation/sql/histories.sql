-- Makes nothing: how many customers without a contract have each history of active weeks (segmentation.rules.lifetimes),
--   and in how many of the `held` weeks after it they were active. Read once a month, to fit a model.
-- Reads: segmentation_active_weeks() (three years of months).
-- May run again: it only reads.
SELECT w.repeats, w.recency, w.age, count(*), sum(w.later)
  FROM segmentation_active_weeks(%(day)s, %(held)s) w
 WHERE NOT w.has_contract
 GROUP BY w.repeats, w.recency, w.age
 ORDER BY w.repeats, w.recency, w.age
