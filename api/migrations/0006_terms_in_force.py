"""Drafts and suspended contracts are no terms: the feed tells of what dispatch gets, and of no more."""

from django.db import migrations

NOTE = """
DROP TRIGGER note_terms_for_dispatch ON contracts_contract;
-- In these stages a contract says on which terms a customer pays, within its days.
CREATE TRIGGER note_new_terms_for_dispatch AFTER INSERT ON contracts_contract
    FOR EACH ROW WHEN (NEW.stage IN ('signed', 'terminated')) EXECUTE FUNCTION api_note_terms();
CREATE TRIGGER note_gone_terms_for_dispatch AFTER DELETE ON contracts_contract
    FOR EACH ROW WHEN (OLD.stage IN ('signed', 'terminated')) EXECUTE FUNCTION api_note_terms();
CREATE TRIGGER note_terms_for_dispatch
    AFTER UPDATE OF customer_id, starts_on, ends_on, settlement, stage ON contracts_contract
    FOR EACH ROW WHEN (
        'signed' IN (OLD.stage, NEW.stage) OR 'terminated' IN (OLD.stage, NEW.stage)
    ) EXECUTE FUNCTION api_note_terms();
"""
BACK = """
DROP TRIGGER note_terms_for_dispatch ON contracts_contract;
DROP TRIGGER note_gone_terms_for_dispatch ON contracts_contract;
DROP TRIGGER note_new_terms_for_dispatch ON contracts_contract;
CREATE TRIGGER note_terms_for_dispatch
    AFTER INSERT OR DELETE OR UPDATE OF customer_id, starts_on, ends_on, settlement ON contracts_contract
    FOR EACH ROW EXECUTE FUNCTION api_note_terms();
"""


class Migration(migrations.Migration):
    """Triggers on contracts."""

    dependencies = [("api", "0005_outbox"), ("contracts", "0018_contract_life")]
    operations = [migrations.RunSQL(NOTE, BACK)]
