-- Makes: the version's sums by unit, manager, tier and currency of what is due (migration 0006).
-- Reads: the version's figures and classes whole, customers by id, surveys_response of 90 days.
-- May run again: once a version, into its empty partition; part of the publishing transaction.
INSERT INTO segmentation_portfolio (
    version, org_unit_id, account_manager_id, tier, receivables_currency, customers, revenue_12m,
    revenue_prev_12m, revenue_3m, revenue_prev_3m, revenue_3m_year_ago, revenue_month,
    revenue_month_year_ago, due, collected, promised, on_time, nps_answers, nps_promoters, nps_detractors
)
SELECT %(version)s, p.* FROM segmentation_portfolios(%(version)s) p
