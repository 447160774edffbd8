"""Rules on pages: read by everybody, written by few, put in force by two."""

import json
import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils.translation import override

from core.errors import RefusedError
from core.models import History
from organization.models import User
from segmentation.forms.draft import RulesForm
from segmentation.models import RuleSet
from segmentation.rules.sizes import TierCuts
from segmentation.ruleset import DEFAULT_RULES, Ruleset, dump_ruleset, load_ruleset
from segmentation.ruleset.labels import SECTIONS
from segmentation.ruleset.words import sections
from segmentation.services import (
    activate_rules,
    active_rules,
    ask_for_rules,
    delete_draft,
    draft_rules,
    edit_draft,
    send_rules_back,
    withdraw_rules,
    write_draft,
)
from tests.cast import Cast, make_user

pytestmark = pytest.mark.django_db
LIST = "/segmentation/rules/"
NEW = f"{LIST}new/"


def other(large: str = "5000000.00") -> Ruleset:
    return replace(DEFAULT_RULES, tiers=TierCuts(large=Decimal(large)))


def typed(rules: Ruleset = DEFAULT_RULES, note: str = "spring", **changed: str) -> dict[str, str]:
    """What a browser sends of the form, with some fields typed over ("__" for the dot)."""
    form = RulesForm(None, document=dump_ruleset(rules))
    fields = {path: form.initial[path] for path in form.places}
    sent = {path: ("on" if value else "") if isinstance(value, bool) else str(value)
            for path, value in fields.items()}  # fmt: skip
    sent |= {name.replace("__", "."): value for name, value in changed.items()}
    return {"note": note} | {path: value for path, value in sent.items() if value != ""}


def page(client: Client, user: User, address: str, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def post(client: Client, user: User, address: str, data: dict | None = None) -> str:
    """The page one comes to."""
    client.force_login(user)
    response = client.post(address, data or {}, follow=True)
    return " ".join(response.content.decode().split())


def seen_by(client: Client, user: User) -> str:
    """What the person decides on: the page's link takes it to the drawer, which sends it."""
    link = page(client, user, f"{LIST}2/").split("rules/2/activate/?seen=")[1].split('"')[0]
    drawer = page(client, user, f"{LIST}2/activate/?seen={link}")
    return drawer.split('name="seen" value="')[1].split('"')[0]


@pytest.fixture
def draft(cast: Cast) -> RuleSet:
    """Greta's, large from five million."""
    active_rules()
    return write_draft(other(), note="fewer large ones", actor=cast.greta)


@pytest.fixture
def asked(cast: Cast, draft: RuleSet) -> RuleSet:
    return ask_for_rules(draft, actor=cast.greta)


def test_the_list_says_who_wrote_what_and_what_it_changes(cast: Cast, client: Client, draft):
    html = page(client, cast.alice, LIST)
    assert "fewer large ones" in html
    assert "Greta" in html
    assert 'Large from: <span class="t2">¥3,000,000.00 →</span> <b>¥5,000,000.00</b>' in html
    assert "New draft" not in html
    assert "New draft" in page(client, cast.greta, LIST)
    assert "New draft" in page(client, cast.adam, LIST)


def test_a_version_is_read_in_words_with_units(cast: Cast, client: Client):
    active_rules()
    html = page(client, cast.sam, f"{LIST}1/")
    for words in (
        'Class A below</th><td class="r md">80%',
        'Large from</th><td class="r md">¥3,000,000.00',
        'Lost after</th><td class="r md">180 days',
        'Storage is billed</th><td class="r md">Yes',
        'Told from · head of the unit</th><td class="r md">7 days overdue',
        'Own ladder of a tier · At risk · told from · head of the branch</th><td class="r md">15',
        "<code>abc.a = 0.80</code>",
    ):
        assert words in html
    User.objects.update(language="zh-hans")
    html = page(client, cast.sam, f"{LIST}1/")
    assert '大客户起点</th><td class="r md">¥3,000,000.00' in html
    assert '流失判定</th><td class="r md">180 天' in html


def test_policies_stand_side_by_side_and_what_is_not_planned_is_a_dash(cast: Cast, client: Client):
    active_rules()
    html = page(client, cast.sam, f"{LIST}1/")
    visits = html.split('scope="row">Visit of the branch</th>')[1].split("</tr>")[0]
    shown = [cell.partition(">")[2].removesuffix("</td>") for cell in visits.split("<td")[1:]]
    assert shown == ["30 days", "90 days", "—", "90 days", "90 days"]
    assert "their credit days are 30 days at most." in html
    assert "None" not in html


def test_every_place_and_section_has_words():
    """A rule without words shows its path; policies and ladders have words below theirs."""
    document = dump_ruleset(DEFAULT_RULES)
    assert set(document) <= set(SECTIONS)
    leaves = [leaf for part in sections(document) for leaf in part.leaves]
    assert [leaf.path for leaf in leaves if leaf.label == leaf.path] == []
    assert len({leaf.label for leaf in leaves}) == len(leaves)


def test_policies_are_fields_of_which_some_may_be_empty(cast: Cast, client: Client):
    html = page(client, cast.greta, NEW)
    assert 'name="policies.small.visit_days"' in html
    small = html.split("<legend>Small</legend>")[1].split("</fieldset>")[0]
    assert small.count('name="policies.small.') == 15
    assert 'name="policies.' not in small.replace("policies.small.", "")
    data = typed() | {"policies.large.visit_days": "", "policies.large.discount": "12.5"}
    post(client, cast.greta, NEW, data)
    large = RuleSet.objects.get(version=2).document["policies"]["large"]
    assert (large["visit_days"], large["discount"]) == (None, "0.125")
    client.force_login(cast.greta)
    answer = client.post(NEW, typed() | {"policies.large.call_days": "0"})
    error = answer.content.decode().split('id="id_policies.large.call_days_error"')[1]
    assert "must be a whole number from 1 to 365" in error.split("</span></span>")[0]


def test_two_versions_are_compared_where_they_differ_only(cast: Cast, client: Client, draft):
    html = page(client, cast.ann, f"{LIST}compare/?before=1&after=2")
    assert html.count("<tr><td") == 1
    assert (
        'Large from</th><td class="r t2">¥3,000,000.00</td><td class="r md">¥5,000,000.00' in html
    )
    assert "Both say the same." in page(client, cast.ann, f"{LIST}compare/?before=1&after=1")
    page(client, cast.ann, f"{LIST}compare/?before=1&after=99", status=404)


def test_a_draft_begins_as_what_is_in_force_and_takes_what_is_typed(cast: Cast, client: Client):
    html = page(client, cast.greta, NEW)
    assert 'name="abc.a" value="80"' in html
    data = typed(tiers__large="¥5,000,000", abc__a=" 75% ", alerts__payment_due_stages="-3，0, 15")
    html = post(client, cast.greta, NEW, data)
    assert "Draft saved as version 2." in html
    made = RuleSet.objects.get(version=2)
    assert (made.author, made.note, made.stage) == (cast.greta, "spring", "written")
    rules = load_ruleset(made.document)
    assert rules.tiers == TierCuts(large=Decimal("5000000.00"))
    assert (rules.abc.a, rules.alerts.payment_due_stages) == (Decimal("0.75"), (-3, 0, 15))
    assert made.document["abc"]["a"] == "0.75"
    assert replace(rules, tiers=DEFAULT_RULES.tiers, abc=DEFAULT_RULES.abc,
                   alerts=DEFAULT_RULES.alerts) == DEFAULT_RULES  # fmt: skip
    change = History.objects.filter(table_name="segmentation_ruleset", row_id=str(made.pk)).get()
    assert change.actor_id == cast.greta.pk


@pytest.mark.parametrize(
    ("field", "value", "english", "chinese"),
    [
        ("abc__a", "0", "must be above 0% and at most 100%", "必须大于 0% 且不超过 100%"),
        ("abc__a", "97", "must be below “Class B below” (95%)", "“B 类累计占比上限”（95%）"),
        ("tiers__large", "1.234", "at most two decimals", "最多两位小数"),
        ("tiers__medium", "4000000", "must be below “Large from” (¥3,000,000", "“大客户起点”（¥"),
        ("rhythm__lost_days", "soon", "must be a whole number from 1", "必须是 1 到"),
        ("alerts__payment_due_stages", "5, 3", "must be above the stage before it (5)", "5"),
        ("abc__b", "1e400", "must be a number of per cent", "百分数"),
        ("abc__a", "", "This field is required", "必填"),
        ("ladder__tiers", "{", "is no JSON (line 1, column 2)", "JSON"),
        ("ladder__tiers", '{"gold": {}}', "gold: is unknown", "gold"),
        ("abc__basis", "luck", "Select a valid choice", "选"),
        ("note", " ", "This field is required", "必填"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_in_both_languages(
    cast: Cast, client: Client, field: str, value: str, english: str, chinese: str
):
    active_rules()
    client.force_login(cast.greta)
    data = typed() | {field.replace("__", "."): value}
    for language, words in (("en", english), ("zh-hans", chinese)):
        User.objects.update(language=language)
        response = client.post(NEW, data)
        assert response.status_code == 422
        html = " ".join(response.content.decode().split())
        error = html.split(f'id="id_{field.replace("__", ".")}_error"')[1].split("</span></span>")[
            0
        ]
        assert words in error
    assert RuleSet.objects.count() == 1


def test_everything_wrong_is_said_at_once(cast: Cast, client: Client):
    client.force_login(cast.greta)
    response = client.post(NEW, typed(abc__a="0", tiers__large="", rhythm__at_risk="x"))
    assert response.content.decode().count('class="err"') == 3


def test_a_draft_that_says_nothing_new_is_refused(cast: Cast, client: Client, draft):
    html = post(client, cast.adam, NEW, typed())
    assert "Version 1 says the same already." in html
    assert "Version 2 says the same already." in post(client, cast.adam, NEW, typed(other()))
    assert RuleSet.objects.count() == 2


def test_an_old_version_may_be_what_a_draft_begins_with(cast: Cast, client: Client, draft):
    html = page(client, cast.adam, f"{NEW}?from=2")
    assert 'name="tiers.large" value="5000000.00"' in html
    page(client, cast.adam, f"{NEW}?from=99", status=404)


def test_who_may_not_write_reads_only(cast: Cast, client: Client, draft):
    for person in (cast.bruno, cast.alice, cast.fiona):
        html = page(client, person, f"{LIST}2/")
        assert "Ask to put in force" not in html
        page(client, person, NEW, status=403)
        page(client, person, f"{LIST}2/edit/", status=403)
        client.force_login(person)
        for act in ("ask", "delete", "withdraw", "activate", "send-back"):
            assert client.post(f"{LIST}2/{act}/", {"reason": "x"}).status_code == 403
    draft.refresh_from_db()
    assert draft.stage == "written"


def test_a_draft_is_changed_by_its_author_only(cast: Cast, client: Client, draft):
    post(client, cast.greta, f"{LIST}2/edit/", typed(other("6000000.00"), note="six"))
    draft.refresh_from_db()
    assert (draft.document["tiers"]["large"], draft.note) == ("6000000.00", "six")
    page(client, cast.adam, f"{LIST}2/edit/", status=404)
    with pytest.raises(RefusedError, match="draft of Greta"):
        edit_draft(draft, DEFAULT_RULES, note="mine", actor=cast.adam)
    with pytest.raises(RefusedError, match="draft of Greta"):
        ask_for_rules(draft, actor=cast.adam)
    assert "Delete" not in page(client, cast.adam, f"{LIST}2/")
    post(client, cast.greta, f"{LIST}2/delete/")
    assert not RuleSet.objects.filter(version=2).exists()


def test_the_author_asks_and_another_person_puts_it_in_force(cast: Cast, client: Client, draft):
    html = post(client, cast.greta, f"{LIST}2/ask/")
    assert "to put these rules in force. May decide: Adam." in html
    assert "/segmentation/rules/2/activate/" not in html
    seen = seen_by(client, cast.adam)
    html = post(client, cast.adam, f"{LIST}2/activate/", {"seen": seen})
    assert "in force from the next night on" in html
    draft.refresh_from_db()
    assert (draft.stage, draft.activated_by, draft.is_alone) == ("active", cast.adam, False)
    assert active_rules() == (2, other())


def test_nobody_puts_their_own_rules_in_force(cast: Cast, client: Client, asked):
    html = post(client, cast.greta, f"{LIST}2/activate/")
    assert "another person decides on it" in html
    assert active_rules()[0] == 1
    RuleSet.objects.filter(version=1).update(status="retired")
    alone = {"status": "active", "activated_at": "2026-01-01T00Z", "activated_by": cast.greta}
    with pytest.raises(IntegrityError, match="activated_by_another"), transaction.atomic():
        RuleSet.objects.filter(version=2).update(**alone)


def test_a_row_in_force_says_by_whom_or_that_nobody_else_was_asked(cast: Cast, asked):
    RuleSet.objects.filter(version=1).update(status="retired")
    with pytest.raises(IntegrityError, match="activated_by_somebody"), transaction.atomic():
        RuleSet.objects.filter(version=2).update(status="active", activated_at="2026-01-01T00Z")


def test_what_is_asked_about_does_not_change(cast: Cast, client: Client, asked):
    page(client, cast.greta, f"{LIST}2/edit/", status=404)
    for act in (
        lambda: edit_draft(asked, DEFAULT_RULES, note="x", actor=cast.greta),
        lambda: delete_draft(asked, actor=cast.greta),
        lambda: ask_for_rules(asked, actor=cast.greta),
    ):
        with pytest.raises(RefusedError, match="before another person"):
            act()
    for change in ({"document": {}}, {"note": "y"}, {"author": cast.adam}):
        with pytest.raises(IntegrityError, match="only read"), transaction.atomic():
            RuleSet.objects.filter(version=2).update(**change)
    with pytest.raises(IntegrityError, match="only read"), transaction.atomic():
        asked.delete()
    withdraw_rules(asked, actor=cast.greta)
    edit_draft(asked, other("7000000.00"), note="x", actor=cast.greta)
    with pytest.raises(RefusedError, match="Nobody is asked"):
        withdraw_rules(asked, actor=cast.greta)


def test_it_is_sent_back_with_a_reason_and_asked_again(cast: Cast, client: Client, asked):
    address = f"{LIST}2/send-back/"
    client.force_login(cast.adam)
    assert client.post(address, {"reason": " "}).status_code == 422
    html = post(client, cast.adam, address, {"reason": "too many fall"})
    assert 'Sent back by Adam: <b class="rs-words">too many fall' in html
    asked.refresh_from_db()
    assert (asked.stage, asked.asked_at) == ("sent_back", None)
    again = ask_for_rules(asked, actor=cast.greta)
    assert (again.stage, again.sent_back_by, again.sent_back_reason) == ("asked", None, "")
    with pytest.raises(RefusedError, match="You wrote"):
        send_rules_back(asked, reason="no", actor=cast.greta)


def test_what_changed_since_somebody_looked_is_looked_at_again(cast: Cast, client: Client, asked):
    seen = seen_by(client, cast.adam)
    withdraw_rules(asked, actor=cast.greta)
    edit_draft(asked, other("9000000.00"), note="x", actor=cast.greta)
    ask_for_rules(asked, actor=cast.greta)
    html = post(client, cast.adam, f"{LIST}2/activate/", {"seen": seen})
    assert "look at the differences again" in html
    assert active_rules()[0] == 1
    for wrong in ("", "x,y", "99999999999999999999,"):
        post(client, cast.adam, f"{LIST}2/activate/", {"seen": wrong})
        assert active_rules()[0] == 1


def test_a_draft_of_the_command_line_belongs_to_whoever_asks(cast: Cast):
    active_rules()
    made = ask_for_rules(draft_rules(other()), actor=cast.adam)
    assert made.author == cast.adam
    with pytest.raises(RefusedError, match="You wrote"):
        activate_rules(made, actor=cast.adam)
    assert activate_rules(made, actor=cast.greta).activated_by == cast.greta


def test_the_command_line_works_at_once_and_that_is_recorded(cast: Cast, client: Client, tmp_path):
    active_rules()
    (tmp_path / "rules.json").write_text(json.dumps(dump_ruleset(other())))
    call_command("rules", "import", str(tmp_path / "rules.json"), "--activate")
    made = RuleSet.objects.get(version=2)
    assert (made.stage, made.is_alone, made.activated_by) == ("active", True, None)
    assert "without a second person: as delivered" in page(client, cast.ann, f"{LIST}2/")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does(cast: Cast):
    active_rules()
    draft = ask_for_rules(write_draft(other(), note="n", actor=cast.greta), actor=cast.greta)
    people = [cast.adam, make_user("ada", "administrator", None)]
    said: list[str] = []
    gate = threading.Barrier(2)

    def decide(person: User) -> None:
        gate.wait()
        try:
            with override("en"):
                activate_rules(draft, actor=person)
            said.append("done")
        except RefusedError as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said)[1] == "done"
    assert "active before" in sorted(said)[0]
    assert RuleSet.objects.filter(status="active").count() == 1
