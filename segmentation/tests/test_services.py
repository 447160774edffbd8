"""Rule sets: the first, the next, one in force, kept for good; the rules command; sentences."""

import io
import json
import threading
from copy import deepcopy

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override

from core.errors import RefusedError
from core.models import History
from segmentation.messages import explain
from segmentation.models import RuleSet
from segmentation.ruleset import DEFAULT_RULES, dump_ruleset, load_ruleset
from segmentation.services import activate_rules, active_rules, draft_rules, take_rules

pytestmark = pytest.mark.django_db


def other(large: str = "5000000.00"):
    document = deepcopy(dump_ruleset(DEFAULT_RULES))
    document["tiers"]["large"] = large
    return load_ruleset(document)


def test_the_defaults_become_version_one_when_there_are_no_rules():
    assert active_rules() == (1, DEFAULT_RULES)
    assert active_rules() == (1, DEFAULT_RULES)
    assert RuleSet.objects.count() == 1


def test_a_draft_is_not_in_force_until_it_is_activated_and_the_old_one_retires():
    active_rules()
    draft = draft_rules(other())
    assert active_rules()[0] == 1
    activate_rules(draft)
    assert active_rules() == (2, other())
    assert list(RuleSet.objects.order_by("version").values_list("version", "status")) == [
        (1, "retired"),
        (2, "active"),
    ]


def test_the_same_draft_twice_is_one_draft():
    assert draft_rules(other()) == draft_rules(other())


def test_rules_that_were_active_are_not_activated_again_but_taken_as_a_new_version():
    active_rules()
    take_rules(other(), activate=True)
    with pytest.raises(RefusedError, match="version 1"):
        activate_rules(RuleSet.objects.get(version=1))
    rule_set, changed = take_rules(DEFAULT_RULES, activate=True)
    assert (rule_set.version, changed, active_rules()[0]) == (3, True, 3)


@pytest.mark.parametrize(
    "change",
    [{"document": {}}, {"version": 9}, {"note": "x"}, {"status": "draft", "activated_at": None}],
)
def test_rules_that_were_active_are_never_changed(change):
    active_rules()
    with pytest.raises(IntegrityError, match="was active"), transaction.atomic():
        RuleSet.objects.update(**change)


def test_rules_that_were_active_are_never_deleted_and_drafts_may_be():
    active_rules()
    draft_rules(other()).delete()
    with pytest.raises(IntegrityError, match="was active"), transaction.atomic():
        RuleSet.objects.get().delete()


def test_two_rule_sets_cannot_be_in_force():
    active_rules()
    draft = draft_rules(other())
    with pytest.raises(IntegrityError, match="ruleset_one_active"), transaction.atomic():
        RuleSet.objects.filter(pk=draft.pk).update(
            status="active", activated_at="2026-01-01T00Z", is_alone=True
        )


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_start_at_once_make_one_first_version():
    found = []

    def start():
        found.append(active_rules()[0])
        connection.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 4
    assert RuleSet.objects.count() == 1


def rules(*arguments: str) -> tuple[str, str]:
    """What the command writes to stdout and stderr."""
    out, error = io.StringIO(), io.StringIO()
    call_command("rules", *arguments, stdout=out, stderr=error)
    return out.getvalue(), error.getvalue()


def test_what_is_exported_is_imported_without_a_change(tmp_path):
    file = tmp_path / "rules.json"
    file.write_text(rules("export")[0])
    out, error = rules("import", str(file), "--activate")
    assert out == ""
    assert "in force already (version 1)" in error
    assert RuleSet.objects.count() == 1


def test_an_import_makes_a_draft_or_puts_the_rules_in_force(tmp_path):
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(dump_ruleset(other())))
    assert "draft" in rules("import", str(file))[1]
    assert active_rules()[0] == 1
    assert "in force" in rules("import", str(file), "--activate")[1]
    assert active_rules() == (2, other())
    assert json.loads(rules("export")[0])["tiers"]["large"] == "5000000.00"
    change = History.objects.filter(table_name="segmentation_ruleset", operation="U").first()
    assert change.actor == "rules"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"abc": ', ["$: is no JSON"]),
        ("{}", ["abc: is missing", "tiers: is missing"]),
        (
            json.dumps(
                dump_ruleset(DEFAULT_RULES)
                | {"tiers": {"basis": "luck", "large": "1", "medium": "2.001"}, "more": 1}
            ),
            ["tiers.basis: must be one of", "tiers.medium: must be an amount", "more: is unknown"],
        ),
    ],
)
def test_a_wrong_document_is_refused_with_every_path(tmp_path, text, words):
    file = tmp_path / "rules.json"
    file.write_text(text)
    with pytest.raises(CommandError) as caught:
        rules("import", str(file), "--activate")
    assert caught.value.returncode == 2
    for word in words:
        assert word in str(caught.value)
    assert not RuleSet.objects.exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    file = tmp_path / "rules.json"
    if content:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=r"rules\.json") as caught:
        rules("import", str(file))
    assert caught.value.returncode == 2


def test_reasons_become_one_sentence():
    reasons = [
        {"code": "size_large", "revenue_12m": "3240000.00", "threshold": "3000000.00"},
        {"code": "potential_prospect"},
        {"code": "abc_b", "cumulative_share": "0.850000", "cut": "0.95"},
    ]
    with override("en"):
        assert explain(reasons) == (
            "large: revenue of 12 months ¥3,240,000.00 ≥ ¥3,000,000.00; potential: a prospect;"
            " class B: customers above hold 85.00% of the value, less than 95.00%"
        )


def test_a_reason_of_later_rules_is_left_out_of_the_sentence():
    assert explain([{"code": "written_by_a_later_release"}]) == ""
