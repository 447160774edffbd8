-- Makes: by unit and manager, how many of a version's customers hang on one head (rules/risks.py):
--   known to one of us only (no helper, and no two people who wrote notes lately), no second contact,
--   no visit lately, and all three. Lost and merged customers and those without manager do not count.
-- Reads: customers whole; contacts, shares and notes of the time, each once.
-- May run again: once a version, into its empty partition; part of the publishing transaction.
WITH contacts AS (
    SELECT customer_id FROM customers_contact WHERE is_active
     GROUP BY customer_id HAVING count(*) >= %(contacts)s
), helped AS (
    SELECT DISTINCT customer_id FROM customers_share
     WHERE NOT read_only AND (until IS NULL OR until > %(day)s)
), written AS (
    SELECT customer_id, count(DISTINCT author) AS authors,
           bool_or(kind = 'visit' AND written_at >= %(visited_from)s) AS visited
      FROM engagement_note
     WHERE written_at >= %(known_from)s AND written_at < %(until)s
     GROUP BY customer_id
), judged AS (
    SELECT c.org_unit_id, c.account_manager_id,
           h.customer_id IS NULL AND coalesce(w.authors, 0) < 2 AS alone,
           k.customer_id IS NULL AS one_contact,
           NOT coalesce(w.visited, false) AS unvisited
      FROM customers_customer c
      LEFT JOIN contacts k ON k.customer_id = c.id
      LEFT JOIN helped h ON h.customer_id = c.id
      LEFT JOIN written w ON w.customer_id = c.id
     WHERE c.merged_into_id IS NULL AND c.account_manager_id IS NOT NULL AND c.status <> 'lost'
)
INSERT INTO engagement_filerisk (version, org_unit_id, account_manager_id, customers, alone, one_contact,
                                 unvisited, all_three)
SELECT %(version)s, org_unit_id, account_manager_id, count(*), count(*) FILTER (WHERE alone),
       count(*) FILTER (WHERE one_contact), count(*) FILTER (WHERE unvisited),
       count(*) FILTER (WHERE alone AND one_contact AND unvisited)
  FROM judged
 GROUP BY org_unit_id, account_manager_id
