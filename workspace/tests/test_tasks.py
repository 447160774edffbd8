"""Tasks as people work with them: the list, the drawers, the day, the file."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from customers.models import Customer
from engagement.models import Note, Task
from organization.models import User
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 4, 1)
SHANGHAI = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(dt.datetime(2026, 4, 1, 10, tzinfo=SHANGHAI), tick=False):
        yield


def client(user: User) -> Client:
    signed_in = Client()
    signed_in.force_login(user)
    return signed_in


def make_task(cast: Cast, days: int = 0, customer: Customer | None = None, **facts: object) -> Task:
    facts = {"kind": "call", "assignee": cast.alice, "created_by": cast.alice} | facts
    return Task.objects.create(
        customer=customer or cast.acme, due_on=TODAY + dt.timedelta(days), **facts
    )


def listed(user: User, query: str = "") -> list[str]:
    page = client(user).get(f"/tasks/{query}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    return [row.what.rpartition(" · ")[2] for row in page.context["list"].rows]


@pytest.fixture
def work(cast: Cast) -> None:
    for days, title in ((-3, "late"), (0, "now"), (5, "soon"), (30, "later")):
        make_task(cast, days, title=title)
    make_task(cast, 1, cast.bolt, title="bobs", assignee=cast.bob)
    make_task(cast, 1, cast.wolf, title="wendys", assignee=cast.wendy)
    make_task(cast, 1, title="gone", state="done", closed_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC))


def test_everybody_has_their_own_and_a_head_the_units(cast: Cast, work):
    assert listed(cast.alice) == ["late", "now", "soon", "later"]
    assert listed(cast.olga) == ["late", "now", "bobs", "soon", "later"]
    assert listed(cast.olga, "?who=me") == []
    assert listed(cast.wendy) == ["wendys"]


def test_by_when_they_are_due(cast: Cast, work):
    found = {when: listed(cast.alice, f"?when={when}") for when in ("overdue", "today", "week")}
    assert found == {"overdue": ["late"], "today": ["now"], "week": ["soon"]}
    page = client(cast.alice).get("/tasks/")
    assert [tab.number for tab in page.context["list"].tabs] == [4, 1, 1, 1, 1]


def test_the_list_costs_the_same_whatever_there_is(cast: Cast, django_assert_max_num_queries):
    signed_in = client(cast.alice)
    for number in range(60):
        make_task(cast, number)
    with django_assert_max_num_queries(16):
        page = signed_in.get("/tasks/")
    assert page.content.decode().count('class="wq"') == 50


def test_a_task_of_a_stranger_is_not_there(cast: Cast):
    task = make_task(cast, customer=cast.wolf, assignee=cast.wendy)
    signed_in = client(cast.alice)
    for act in ("", "finish/", "postpone/", "drop/"):
        hidden = signed_in.get(f"/tasks/{task.pk}/{act}")
        assert hidden.status_code == signed_in.get(f"/tasks/0/{act}").status_code == 404
        assert signed_in.post(f"/tasks/{task.pk}/{act}").status_code == 404
    assert signed_in.post(f"/tasks/{task.pk}/done/").status_code == 404
    task.refresh_from_db()
    assert task.state == "open"


def test_a_new_task_for_a_customer_one_sees(cast: Cast):
    signed_in = client(cast.alice)
    facts = {
        "task-customer": "ACME", "task-kind": "visit", "task-title": "see the new hall",
        "task-due_on": "2026-04-09", "task-assignee": cast.alice.pk,
    }  # fmt: skip
    assert signed_in.post("/tasks/new/", facts).status_code == 302
    assert Task.objects.get().title == "see the new hall"
    for wrong in (
        {"task-customer": "WOLF"}, {"task-due_on": "2026-03-31"}, {"task-assignee": cast.wendy.pk},
        {"task-kind": "x"}, {"task-due_on": "2030-01-01"},
    ):  # fmt: skip
        assert signed_in.post("/tasks/new/", facts | wrong).status_code == 422
    assert Task.objects.count() == 1


def test_a_head_gives_a_task_to_a_colleague_who_sees_the_customer(cast: Cast):
    task = make_task(cast)
    facts = {"task-kind": "call", "task-due_on": "2026-04-02", "task-assignee": cast.bob.pk}
    refused = client(cast.olga).post(f"/tasks/{task.pk}/", facts)
    assert refused.status_code == 422  # Bob does not see Alice's customer
    facts["task-assignee"] = cast.olga.pk
    assert client(cast.olga).post(f"/tasks/{task.pk}/", facts).status_code == 302
    task.refresh_from_db()
    assert (task.assignee, task.due_on) == (cast.olga, dt.date(2026, 4, 2))


def test_done_and_back_again(cast: Cast):
    task, signed_in = make_task(cast), client(cast.alice)
    answer = signed_in.post(f"/tasks/{task.pk}/done/", headers={"HX-Request": "true"})
    assert f"/tasks/{task.pk}/undo/" in answer.content.decode()
    assert Task.objects.get().state == "done"
    again = signed_in.post(f"/tasks/{task.pk}/done/", headers={"HX-Request": "true"})
    assert again.status_code == 422
    signed_in.post(f"/tasks/{task.pk}/undo/")
    assert Task.objects.get().state == "open"


def test_finishing_asks_for_the_next_follow_up(cast: Cast):
    task, signed_in = make_task(cast), client(cast.alice)
    form = signed_in.get(f"/tasks/{task.pk}/finish/").context["form"]
    assert (form.initial["kind"], form.initial["next_in"]) == ("call", "30")
    facts = {
        "task-kind": "call", "task-text": "sends 300 parcels", "task-next_in": "3",
        "task-token": "8b9a4f9e-4d0c-4a6f-9a55-1f2f8a5e3c11",
    }  # fmt: skip
    assert signed_in.post(f"/tasks/{task.pk}/finish/", facts).status_code == 422
    facts["task-next_in"] = "1"
    assert signed_in.post(f"/tasks/{task.pk}/finish/", facts).status_code == 302
    assert Note.objects.get().text == "sends 300 parcels"
    cast.acme.refresh_from_db()
    assert cast.acme.next_follow_up_on == dt.date(2026, 4, 2)


def test_putting_off_lands_on_a_workday(cast: Cast):
    """A week from 1 April is a Wednesday; the day one picks oneself stays as it is."""
    task, signed_in = make_task(cast), client(cast.alice)
    address = f"/tasks/{task.pk}/postpone/"
    signed_in.post(address, {"task-next_in": "7"})
    assert Task.objects.get().due_on == dt.date(2026, 4, 8)
    signed_in.post(address, {"task-next_in": "1", "task-next_on": "2026-04-05"})
    assert Task.objects.get().due_on == dt.date(2026, 4, 5)
    for wrong in ({}, {"task-next_on": "2026-03-01"}):
        assert signed_in.post(address, wrong).status_code == 422


def test_dropping_asks_why(cast: Cast):
    task, signed_in = make_task(cast), client(cast.alice)
    address = f"/tasks/{task.pk}/drop/"
    assert signed_in.post(address, {"task-reason": " "}).status_code == 422
    assert signed_in.post(address, {"task-reason": "moved away"}).status_code == 302
    assert Task.objects.get().result == "moved away"


def test_due_tasks_stand_in_the_day_the_weightiest_first_and_are_counted(cast: Cast):
    make_task(cast, -1, title="light", urgency=5)
    make_task(cast, 0, title="heavy", urgency=900)
    make_task(cast, 1, title="tomorrow")
    page = client(cast.alice).get("/")
    [group] = [each for each in page.context["queue"].groups if each.kind == "task"]
    assert [row.task.title for row in group.rows] == ["heavy", "light"]
    assert (group.count, page.context["queue"].due_today) == (2, 1)
    badge = client(cast.alice).get("/waiting/", headers={"HX-Request": "true"}).content.decode()
    assert ">2<" in badge
    assert "task" not in [each.kind for each in client(cast.ann).get("/").context["queue"].groups]


def test_the_file_shows_what_is_to_be_done(cast: Cast):
    make_task(cast, 3, title="ask for the tender")
    make_task(cast, 3, cast.bolt, title="nothing of Acme's", assignee=cast.bob)
    page = client(cast.alice).get(f"/customers/{cast.acme.pk}/").content.decode()
    assert "ask for the tender" in page
    assert "nothing of" not in page


def test_the_composer_offers_the_next_follow_up_to_the_customers_manager(cast: Cast):
    path = f"/customers/{cast.acme.pk}/"
    assert client(cast.alice).get(path).context["composer"].initial["next_in"] == "30"
    assert client(cast.olga).get(path).context["composer"].initial["next_in"] == ""
    make_task(cast, 9)
    assert client(cast.alice).get(path).context["composer"].initial["next_in"] == ""


def test_the_list_of_customers_by_next_follow_up(cast: Cast):
    for code, days in (("LATE", -2), ("SOON", 3), ("FAR", 60)):
        make_task(cast, days, make_customer(code, cast.east_outlet, cast.alice))

    def codes(query: str) -> list[str]:
        page = client(cast.alice).get(f"/customers/?{query}")
        return [line.customer.code for line in page.context["lines"]]

    assert codes("sort=follow_up") == ["LATE", "SOON", "FAR", "ACME"]
    assert codes("sort=-follow_up") == ["FAR", "SOON", "LATE", "ACME"]
    assert codes("follow_up=none") == ["ACME"]
    assert codes("follow_up=overdue") == ["LATE"]
    assert codes("follow_up=week") == ["SOON"]
