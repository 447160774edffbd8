"""Rule sets and surveys in the administration."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from core.models import History
from segmentation.models import RuleSet
from segmentation.ruleset import DEFAULT_RULES, differences, dump_ruleset
from segmentation.services import activate_rules, active_rules
from surveys.models import Survey
from tests.cast import Cast, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:segmentation_ruleset_changelist")
ADD = reverse("admin:segmentation_ruleset_add")


@pytest.fixture
def administrator(cast: Cast, client: Client) -> Client:
    active_rules()
    client.force_login(cast.adam)
    return client


def changed_document() -> dict:
    document = dump_ruleset(DEFAULT_RULES)
    document["tiers"]["large"] = "5000000.00"
    return document


def draft(client: Client) -> RuleSet:
    answer = client.post(ADD, {"document": json.dumps(changed_document()), "note": "spring"})
    assert answer.status_code == 302
    return RuleSet.objects.get(version=2)


def test_a_draft_begins_with_the_rules_in_force_and_is_recorded(administrator, cast: Cast):
    assert "3000000.00" in administrator.get(ADD).content.decode()
    made = draft(administrator)
    assert (made.status, made.author, made.note) == ("draft", cast.adam, "spring")
    change = History.objects.filter(table_name="segmentation_ruleset", row_id=str(made.pk)).get()
    assert change.actor_id == cast.adam.pk


def test_everything_wrong_with_a_document_is_said(administrator):
    document = changed_document()
    document["abc"]["a"] = "2"
    document["tiers"].pop("medium")
    page = administrator.post(ADD, {"document": json.dumps(document), "note": ""})
    assert page.status_code == 200
    text = page.content.decode()
    assert "abc.a" in text
    assert "tiers.medium" in text
    assert RuleSet.objects.count() == 1


def test_a_version_is_shown_with_what_it_changes_and_is_not_edited(administrator):
    made = draft(administrator)
    page = administrator.get(reverse("admin:segmentation_ruleset_change", args=[made.pk]))
    assert "tiers.large" in page.content.decode()
    assert b'name="document"' not in page.content
    active = reverse("admin:segmentation_ruleset_delete", args=[RuleSet.objects.active().pk])
    assert administrator.post(active, {"post": "yes"}).status_code == 403


def test_rules_are_put_in_force_by_another_person_after_the_question(
    administrator, cast: Cast, client: Client
):
    made = draft(administrator)
    action = {"action": "put_in_force", "_selected_action": made.pk}
    question = administrator.post(LIST, action)
    assert "5000000.00" in question.content.decode()
    alone = administrator.post(LIST, action | {"confirmed": "yes"}, follow=True)
    assert "has not asked" in alone.content.decode()
    administrator.post(LIST, action | {"action": "ask"})
    alone = administrator.post(LIST, action | {"confirmed": "yes"}, follow=True)
    assert "another person decides on it" in alone.content.decode()
    assert active_rules()[0] == 1
    other = make_user("ada", "administrator", None)
    client.force_login(other)
    client.post(LIST, action | {"confirmed": "yes"})
    assert active_rules()[0] == 2
    assert RuleSet.objects.get(version=2).activated_by == other


def test_retired_rules_are_not_put_in_force_again(administrator):
    made = draft(administrator)
    activate_rules(made)
    for pk in (made.pk, RuleSet.objects.get(version=1).pk):
        answer = administrator.post(
            LIST,
            {"action": "put_in_force", "_selected_action": pk, "confirmed": "yes"},
            follow=True,
        )
    assert "active before" in answer.content.decode()
    assert active_rules()[0] == 2


def test_a_draft_of_somebody_else_is_not_deleted(administrator, client: Client):
    made = draft(administrator)
    delete = reverse("admin:segmentation_ruleset_delete", args=[made.pk])
    client.force_login(make_user("ada", "administrator", None))
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert RuleSet.objects.filter(pk=made.pk).exists()


def test_others_do_not_get_in(cast: Cast, client: Client):
    client.force_login(cast.greta)
    assert client.get(LIST).status_code in {302, 403, 404}


def test_a_survey_is_named_by_an_administrator_and_never_deleted(administrator):
    survey = Survey.objects.create(code="spring", name="spring", origin="imported")
    change = reverse("admin:surveys_survey_change", args=[survey.pk])
    administrator.post(change, {"name": "Spring survey", "code": "other"})
    survey.refresh_from_db()
    assert (survey.name, survey.code) == ("Spring survey", "spring")
    delete = reverse("admin:surveys_survey_delete", args=[survey.pk])
    assert administrator.post(delete, {"post": "yes"}).status_code == 403


def test_differences_name_each_place_once():
    before = dump_ruleset(DEFAULT_RULES)
    assert differences(before, before) == {}
    assert differences(before, changed_document()) == {"tiers.large": ["3000000.00", "5000000.00"]}
