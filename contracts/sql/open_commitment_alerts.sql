-- Makes: one alert a commitment and month in which it was not kept, where at least `fewest` waybills
--   (or one answer) were measured.
-- Reads: the results of `month` (unique by commitment and month).
-- May run again: yes, an alert is unique by its key; one whose month was stated anew opens again.
INSERT INTO engagement_alert AS a (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'commitment_missed', c.id, r.month), 'commitment_missed', 'medium', r.customer_id,
       k.contract_no,
       jsonb_build_object('commitment', c.id, 'measure', c.measure, 'agreed', c.agreed, 'value', r.value,
                          'month', r.month),
       %(day)s::date, NULL, NULL, '', 'open', ''
  FROM contracts_commitmentresult r
  JOIN contracts_commitment c ON c.id = r.commitment_id
  JOIN contracts_contract k ON k.id = c.contract_id
 WHERE r.month = %(month)s::int AND NOT r.met
   AND r.count >= CASE c.measure WHEN 'response' THEN 1 ELSE %(fewest)s::int END
    ON CONFLICT (key) DO UPDATE
   SET closed_on = NULL, closing_reason = '', status = 'open', params = excluded.params
 WHERE a.closing_reason = 'recovered'
