-- Makes: pairs of files that may be one company, with how alike (0-100) and why. Credit code, name and
--   phone are compared among all; likeness and sound of names only for files that changed `since`,
--   before `until` (at most `most`), because each of them is looked up by itself; the caller's
--   pg_trgm.similarity_threshold lets the index leave out the rest. Undecided pairs of changed files
--   that are no longer alike go first (forget_duplicates.sql).
-- Reads: customers whole by customer_plain_name, customer_phone_digits and customer_uscc_prefix, contacts by
--   contact_mobile_digits; of a changed file customer_plain_name_trigram and customers_searchkey_key.
-- May run again: yes; what people have decided stays.
WITH file AS (
    SELECT id, uscc, phone, app_normalised_name(name) AS plain FROM customers_customer WHERE merged_into_id IS NULL
), changed AS (
    SELECT f.* FROM file f
     WHERE f.id IN (SELECT h.row_id::bigint FROM core_history h
                     WHERE h.table_name = 'customers_customer' AND h.at >= %(since)s AND h.at < %(until)s
                       AND (h.operation = 'I' OR h.changes ? 'name'))
     ORDER BY f.id DESC LIMIT %(most)s
), sounding AS (
    SELECT c.id, customers_sound(c.plain) AS sound FROM changed c WHERE char_length(c.plain) >= 4
), trait AS (
    SELECT id, 'uscc' AS reason, upper(uscc) AS value FROM file WHERE char_length(uscc) = 18
     UNION ALL
    SELECT id, 'name', plain FROM file WHERE char_length(plain) >= 2
     UNION
    SELECT id, 'phone', app_phone_digits(phone) FROM file
     WHERE phone <> '' AND char_length(app_phone_digits(phone)) >= 7
     UNION
    SELECT p.customer_id, 'phone', app_phone_digits(p.mobile)
      FROM customers_contact p JOIN file f ON f.id = p.customer_id
     WHERE p.mobile <> '' AND char_length(app_phone_digits(p.mobile)) >= 7
), shared AS (  -- what many have in common says nothing: a switchboard, a placeholder
    SELECT reason, array_agg(id) AS ids FROM trait GROUP BY reason, value HAVING count(*) BETWEEN 2 AND 6
), alike AS (
    SELECT a.id AS one, b.id AS two, s.reason,
           CASE s.reason WHEN 'uscc' THEN 95 WHEN 'name' THEN 85 ELSE 60 END AS score
      FROM shared s, unnest(s.ids) a (id), unnest(s.ids) b (id)
     WHERE a.id < b.id
     UNION
    SELECT least(c.id, o.id), greatest(c.id, o.id), 'like',
           round(80 * similarity(c.plain, app_normalised_name(o.name)))::integer
      FROM changed c
      JOIN customers_customer o ON app_normalised_name(o.name) %% c.plain
     WHERE o.merged_into_id IS NULL AND o.id <> c.id AND app_normalised_name(o.name) <> c.plain
       AND char_length(c.plain) >= 4 AND similarity(c.plain, app_normalised_name(o.name)) >= %(likeness)s
     UNION
    SELECT least(s.id, o.id), greatest(s.id, o.id), 'sound', 70
      FROM sounding s
      JOIN customers_searchkey k ON k.key IN ('A' || left(s.sound, 24), 'B' || left(s.sound, 24))
      JOIN file o ON o.id = k.customer_id
      JOIN file c ON c.id = s.id
     WHERE o.id <> s.id AND o.plain <> c.plain AND customers_sound(o.plain) = s.sound
), pair AS (
    SELECT one, two, array_agg(DISTINCT reason) AS reasons,
           least(100, max(score) + 5 * (count(DISTINCT reason) - 1)) AS score
      FROM alike GROUP BY one, two
)
INSERT INTO customers_duplicate (customer_id, other_id, score, reasons, found_on)
SELECT one, two, score, reasons, %(day)s::date FROM pair
    ON CONFLICT (customer_id, other_id) DO UPDATE
   SET score = excluded.score, reasons = excluded.reasons
 WHERE (customers_duplicate.score, customers_duplicate.reasons) IS DISTINCT FROM (excluded.score, excluded.reasons)
