-- Makes: an entry of the feed for each customer whose settlement changes after `day` by the dates of contracts alone.
-- Reads: contracts whole (api_note_dated_terms, migration dated_terms).
-- May run again: yes; the feed then says twice that something changed, and both times how it is now.
SELECT api_note_dated_terms(%(day)s::date)
