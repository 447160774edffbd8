"""Every model and every table has been decided on: who sees its rows, its fields, its past.

A new model, field or table that nobody decided on fails here, by name.
"""

import re

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils.functional import Promise

from core.fields import FieldClass
from tests.code import PACKAGES

pytestmark = pytest.mark.django_db

OURS = [model for model in apps.get_models() if model._meta.app_label in PACKAGES]

# Models whose rows belong to no customer, and why everybody who gets there may read them.
NOT_A_CUSTOMERS = {
    "core.History": "limited by its own policy: of a customer, or of none for administrators",
    "core.Version": "dates of the nightly results, no figures",
    "core.VersionedTable": "names of tables",
    "core.JobRun": "the job ledger, shown to administrators",
    "core.JobStep": "the job ledger, shown to administrators",
    "core.Fence": "the job ledger, numbers only",
    "organization.CalendarDay": "holidays, the same for everybody",
    "customers.Handover": "of several customers; limited by its own policy, its items by theirs",
    "customers.PoolRule": "the company's rules, the same for everybody",
    "customers.ManagerLimit": "the company's limits, the same for everybody",
    "organization.OrgUnit": "the unit tree; choices use OrgUnit.visible_to",
    "organization.Department": "the unit tree",
    "organization.User": "colleagues; choices are limited by their units",
    "organization.Deputy": "who stands in for whom",
    "organization.AuthorityLimit": "how far each level decides, the same for everybody",
    "organization.Approval": "who asked whom for what, limited by its own policy",
    "contracts.LetterTemplate": "the company's own words, the same for everybody",
    "contracts.BankLine": "money that is nobody's yet, by unit, limited by its own policy",
    "customers.Division": "the national list of provinces, cities and districts",
    "customers.ServicePolicy": "how the company serves each tier, the same for everybody",
    "customers.FileStandard": "what the company asks of its files, the same for everybody",
    "engagement.FileRisk": "numbers by unit and manager, limited by their own policy",
    "segmentation.Curve": "a unit's curve, limited by its own policy; says nothing of one customer",
    "segmentation.CompanyTotal": "sums of the whole company, for shares of single customers",
    "segmentation.Portfolio": "sums by unit and manager, limited by their own policy",
    "organization.Digest": "that a person was told of a day, not of what",
    "organization.Session": "a person's own sign-ins; pages show one's own",
    "organization.SignInTry": "counted tries, shown to administrators",
    "organization.SecondFactor": "sealed secrets of people, shown to nobody",
    "organization.RecoveryCode": "digests, shown to nobody",
    "organization.SecurityEvent": "what happened around signing in: one's own, or administrators",
    "api.ApiKey": "keys of systems, shown to administrators",
    "api.CallCount": "counts of calls, shown to administrators",
    "api.FailedCall": "calls that failed, without what was sent; shown to administrators",
    "api.Endpoint": "webhooks of systems, limited by their own policy",
    "api.Delivery": "which change went to which webhook, limited by its own policy",
    "api.Attempt": "how a webhook answered, limited by its own policy",
    "api.KeptAnswer": "what a system was answered, limited by its own policy",
    "segmentation.Simulation": "that somebody tried a draft, and numbers of the whole company",
    "segmentation.HealthTest": "numbers of the whole company, nothing of one customer",
    "segmentation.RetentionSum": "sums by unit and manager, limited by their own policy",
    "segmentation.Standing": "sums by unit and manager, limited by their own policy",
    "segmentation.RfmCuts": "cuts of the whole company, nothing of one customer",
    "segmentation.ValueModel": "parameters of the company's model, nothing of one customer",
    "segmentation.RuleSet": "the company's rules, the same for everybody",
    "workspace.Demonstration": "what the demonstration was made from, ids only",
    "workspace.Upload": "names and counts of uploaded tables, limited by its own policy",
    "workspace.ColumnMapping": "headers of one's own files, limited by its own policy",
    "workspace.SavedView": "filters a person chose; the list they lead to is limited by itself",
    "workspace.ListColumns": "names of columns a person chose",
    "customers.LookUp": "what a person asked for: one's own, or administrators",
    "surveys.Survey": "a questionnaire's name; its answers belong to customers",
    "surveys.Score": "a survey's figures over all its customers, no customer's answers",
}

# Tables without row history, and where their trace is.
NO_HISTORY = {
    "contracts_commitmentresult": "measured from waybills and complaints, anew at any time",
    "core_history": "is the history",
    "core_version": "its rows are the record of the nights",
    "core_versionedtable": "written by migrations only",
    "core_jobrun": "its rows are the record of the jobs",
    "core_jobstep": "its rows are the record of the jobs",
    "core_fence": "a counter",
    "customers_division": "written by a migration only",
    "customers_filestate": "derived; what it is made of has its own history",
    "contracts_allocation": "append-only ledger: its rows are the record",
    "contracts_ageing": "nightly result: versions are the record",
    "contracts_ageingsummary": "nightly result: versions are the record",
    "contracts_interestcharge": "append-only: its rows are the record of what was charged",
    "contracts_credit": "nightly result: versions are the record",
    "contracts_creditdue": "notes of what is to be judged: emptied twice a second",
    "contracts_creditstate": "derived; contracts_creditdecision is the record of its changes",
    "contracts_creditdecision": "append-only: its rows are the record",
    "contracts_paymentnotice": "append-only: its rows are the record of what was noticed",
    "customers_poolview": "append-only: its rows are the record of who looked",
    "customers_moving": "empty whenever a transaction ends",
    "customers_bankaccountopening": "append-only: its rows are the record of who read a number",
    "engagement_filerisk": "nightly result: versions are the record",
    "organization_digest": "its rows are the record of what was sent",
    "engagement_alert": "written by the night; its rows say when each opened and closed, and why",
    "segmentation_simulation": "what a draft would do: computed anew at any time",
    "segmentation_simulatedclass": "what a draft would do: computed anew at any time",
    "segmentation_move": "nightly result: versions are the record",
    "segmentation_rhythm": "nightly result: versions are the record",
    "segmentation_health": "nightly result: versions are the record",
    "segmentation_healthtest": "nightly result: versions are the record",
    "segmentation_exposure": "nightly result: versions are the record",
    "segmentation_score": "nightly result: versions are the record",
    "segmentation_customervalue": "nightly result: versions are the record",
    "segmentation_retention": "nightly result: versions are the record",
    "segmentation_standing": "nightly result: versions are the record",
    "segmentation_rfmcuts": "its rows are the record of what was cut",
    "segmentation_valuemodel": "its rows are the record of what was fitted",
    "segmentation_serving": "nightly result: versions are the record",
    "segmentation_losslane": "nightly result: versions are the record",
    "segmentation_companytotal": "nightly result: versions are the record",
    "segmentation_curve": "nightly result: versions are the record",
    "segmentation_portfolio": "nightly result: versions are the record",
    "segmentation_figures": "nightly result: versions are the record",
    "segmentation_classification": "nightly result: versions are the record",
    "surveys_score": "nightly result: versions are the record",
    "workspace_demonstration": "its one row is the record of the demonstration",
    "workspace_upload": "its rows are the record of the uploads; what they changed is in history",
    "workspace_columnmapping": "how somebody read a header the last time",
    "workspace_savedview": "how a person looks at the list: no one else's business",
    "workspace_listcolumns": "how a person looks at the list: no one else's business",
    "customers_merge": "its rows are the record of the merges",
    "customers_mergedrows": "its rows are the record of what a merge moved",
    "customers_duplicate": "found by the night; its rows say who decided what and when",
    "customers_lookup": "append-only: its rows are the record",
    "api_change": "append-only: its rows are the record",
    "api_callcount": "counters",
    "api_failedcall": "append-only: its rows are the record",
    "api_delivery": "its rows and tries are the record of what was sent",
    "api_attempt": "append-only: its rows are the record",
    "api_keptanswer": "answers for two days; what they did has its own record",
    "shipments_waybill": "arrives by the million from dispatch, which keeps the originals",
    "shipments_waybillkey": "the waybills' numbers",
    "shipments_waybillevent": "arrives by the million from dispatch, which keeps the originals",
    "shipments_restatement": "append-only: its rows are the record of what was stated anew",
    "shipments_incoming": "staging: emptied by every load",
    "shipments_fresh": "staging: emptied by every load",
    "shipments_written": "staging: emptied by every load",
    "shipments_customermonth": "sums of waybills, kept by trigger",
    "shipments_lanemonth": "sums of waybills, kept by trigger",
    "shipments_pairmonth": "sums of waybills, recounted by night",
    "customers_opening": "append-only: its rows are the record of who looked, and why",
    "customers_erasure": "append-only: its rows are the record of what was erased",
    "customers_searchkey": "follows from customers and contacts, kept by trigger",
    "customers_pinyin": "how characters are read, written by migrations only",
    "django_migrations": "Django's own",
    "django_content_type": "Django's own",
    "django_session": "unused: organization_session is in its place",
    "organization_session": "sessions come and go; security events say when",
    "organization_signintry": "counters; security events are the record",
    "organization_securityevent": "append-only: its rows are the record",
    "django_admin_log": "is the administration's own log",
    "auth_group": "unused: roles decide",
    "auth_permission": "unused: roles decide",
    "auth_group_permissions": "unused: roles decide",
}

DJANGOS = {name for name in NO_HISTORY if name.startswith(("django_", "auth_"))}


def label(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{model.__name__}"


def customer_models() -> list[type[models.Model]]:
    return [model for model in OURS if label(model) not in NOT_A_CUSTOMERS]


def rows(sql: str, *parameters: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall()


def tables() -> set[str]:
    """Tables of the database, of partitioned ones the parent."""
    return {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
    }


@pytest.mark.parametrize("model", customer_models(), ids=label)
def test_a_model_hangs_on_a_customer_and_is_scoped_or_is_excepted_with_a_reason(model):
    names = {field.name for field in model._meta.concrete_fields}
    assert "customer" in names or label(model) == "customers.Customer"
    assert hasattr(model._default_manager.all(), "visible_to")


@pytest.mark.parametrize("model", customer_models(), ids=label)
def test_the_web_role_is_held_to_the_rows_of_the_acting_user(model):
    [(enabled, policies)] = rows(
        "SELECT c.relrowsecurity, count(p.polname) FROM pg_class c"
        " LEFT JOIN pg_policy p ON p.polrelid = c.oid AND 'crm_app'::regrole = ANY (p.polroles)"
        " WHERE c.oid = %s::regclass GROUP BY c.relrowsecurity",
        model._meta.db_table,
    )
    assert enabled
    assert policies > 0


@pytest.mark.parametrize("model", customer_models(), ids=label)
def test_every_field_has_a_class_that_says_who_may_read_it(model):
    fields = {field.name for field in model._meta.concrete_fields}
    assert set(model.field_classes) == fields


def test_every_exception_exists():
    assert set(NOT_A_CUSTOMERS) <= {label(model) for model in OURS}
    assert set(NO_HISTORY) <= tables()


def test_every_table_keeps_its_history_or_says_where_its_trace_is():
    tracked = {
        name
        for (name,) in rows(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'core_record_history' AND t.tgenabled = 'O' AND t.tgtype & 29 = 29"
        )
    }
    assert tables() - tracked - set(NO_HISTORY) == set()
    assert tracked & set(NO_HISTORY) == set()


def test_what_the_web_role_reads_without_a_policy_belongs_to_no_customer():
    unlimited = {
        name
        for (name,) in rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition AND NOT relrowsecurity"
            " AND has_table_privilege('crm_app', oid, 'SELECT')"
        )
    }
    ours = {apps.get_model(name)._meta.db_table for name in NOT_A_CUSTOMERS}
    assert unlimited - ours - DJANGOS == set()


def test_nobody_reads_or_writes_a_partition_past_its_parents_policies():
    reachable = rows(
        "SELECT c.relname, role, right_name FROM pg_class c,"
        " unnest(ARRAY['crm_app']) role,"
        " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) right_name"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relispartition AND c.relkind = 'r'"
        " AND has_table_privilege(role, c.oid, right_name)"
    )
    assert reachable == []


def test_no_process_may_empty_or_own_a_table():
    wrong = rows(
        "SELECT c.relname, role FROM pg_class c, unnest(ARRAY['crm_app', 'crm_job']) role"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        " AND (has_table_privilege(role, c.oid, 'TRUNCATE') OR pg_get_userbyid(c.relowner) = role)"
    )
    assert wrong == []


@pytest.mark.parametrize("model", customer_models(), ids=label)
def test_every_field_has_a_name_in_both_languages(model):
    fields = {field.name for field in model._meta.concrete_fields}
    keys = {"version", "customer"} if "version" in fields else set()  # of a nightly result
    unnamed = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.name not in keys
        and not isinstance(field.verbose_name, Promise)
    ]
    assert unnamed == []


def test_restricted_fields_are_masked_in_the_history_and_its_columns_exist():
    """Each history trigger names the column with the customer, the masked and ignored columns."""
    columns = {model._meta.db_table: model for model in OURS}
    for table, definition in rows(
        "SELECT t.tgrelid::regclass::text, pg_get_triggerdef(t.oid) FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'core_record_history'"
    ):
        model = columns[table]
        arguments = definition.partition("core_record_history(")[2]
        customer, masked, ignored = re.findall(r"'([^']*)'", arguments)[:3]
        named = {*customer.split(), *masked.split(), *ignored.split()}
        assert named <= {field.column for field in model._meta.concrete_fields}, table
        classes: dict[str, FieldClass] = getattr(model, "field_classes", {})
        restricted = {
            model._meta.get_field(name).column
            for name, field_class in classes.items()
            if field_class == FieldClass.RESTRICTED
        }
        assert restricted <= set(masked.split()), table
