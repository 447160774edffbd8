"""Another credit state is a change for dispatch, whoever or whatever made it."""

from django.db import migrations

NOTE = """
CREATE TRIGGER note_new_credit_for_dispatch AFTER INSERT ON contracts_creditstate
    FOR EACH ROW WHEN (NEW.shown <> 'clear') EXECUTE FUNCTION api_note_terms();
CREATE TRIGGER note_credit_for_dispatch AFTER UPDATE ON contracts_creditstate
    FOR EACH ROW WHEN ((OLD.shown, OLD.held, OLD.release_until, OLD.release_ceiling)
                       IS DISTINCT FROM (NEW.shown, NEW.held, NEW.release_until, NEW.release_ceiling))
    EXECUTE FUNCTION api_note_terms();
"""
NOTE_BACK = """
DROP TRIGGER note_credit_for_dispatch ON contracts_creditstate;
DROP TRIGGER note_new_credit_for_dispatch ON contracts_creditstate;
"""


class Migration(migrations.Migration):
    """Two triggers that use the function of contracts and limits."""

    dependencies = [("api", "0006_terms_in_force"), ("contracts", "0022_credit_state")]
    operations = [migrations.RunSQL(NOTE, NOTE_BACK)]
