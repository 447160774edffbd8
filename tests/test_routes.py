"""R1: no address shows or changes what is not yours.

Every route x eight roles and signed out x own, somebody else's and absent (tests/routes.py).
"""

import re
from itertools import product

import pytest
from django.http import HttpResponse

from customers.models import Customer
from customers.querysets import CustomerQuerySet, CustomerScopedQuerySet
from tests.cast import Cast
from tests.routes import ADMIN, API, APP_LIST, PAGES, Visit, routes
from tests.visiting import CANARY, EVERYBODYS, ROLES, address, body, expected, go, signed_in
from workspace.sections import SECTIONS

pytestmark = pytest.mark.django_db
OF_CUSTOMER = {route: visits for route, visits in PAGES.items() if "<int:pk>" in route}


def test_every_route_stands_in_the_table_and_every_entry_is_a_route():
    found = {APP_LIST.sub("admin/APP/", route) for route in routes()}
    assert found == {*PAGES, *API, *ADMIN, "admin/APP/"}


def test_every_section_of_the_customer_page_is_visited():
    visited = {visit.kwargs["name"] for visit in PAGES["customers/<int:pk>/<section:name>/"]}
    assert visited == {section.name for section in SECTIONS[1:]}


def test_the_eight_roles_are_the_casts(cast: Cast):
    assert tuple(cast.eight_roles) == ROLES


@pytest.mark.parametrize("role", [*ROLES, None])
def test_pages_answer_each_role_as_the_table_says_without_a_word_of_somebody_elses(
    cast: Cast, written: None, role: str | None
):
    wrong, told = [], []
    seen = set()
    client = signed_in(cast, role)
    for route, visits in PAGES.items():
        for visit in visits:
            path = address(route, visit, pk=cast.acme.pk)
            response = go(client, visit, path)
            if response.status_code not in _answers(route, visit, role):
                wrong.append((visit.method, path, response.status_code))
            codes = _whose_words(response)
            told += [(visit.method, path, code) for code in codes & _hidden(role)]
            seen |= codes
    assert (wrong, told) == ([], [])
    assert seen == EVERYBODYS - _hidden(role)


def _hidden(role: str | None) -> set[str]:
    """The customers of which no word may reach the role."""
    if role in {"administrator", None}:
        return EVERYBODYS
    return {"FAR"} if role == "group_manager" else {"FAR", "WOLF"}


def _whose_words(response: HttpResponse) -> set[str]:
    """The customers of whom the answer holds a word."""
    content = body(response)
    return {code for code in EVERYBODYS if CANARY.format(code).encode() in content}


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_session_opens_no_call_of_the_api(cast: Cast, role: str | None):
    client = signed_in(cast, role)
    for route, methods in API.items():
        for method in methods:
            path = "/" + re.sub(r"<[^>]+>", "1", route)
            response = getattr(client, method)(path)
            assert response.status_code == 401, (method, path)
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


def _answers(route: str, visit: Visit, role: str | None) -> set[int]:
    """What is right; /readyz may also say that the night is missing."""
    answers = {expected(visit, role)}
    if role == "administrator" and "<int:pk>" in route and 405 not in answers:
        answers = {403}  # no customer is an administrator's, whatever the section
    return answers | {503} if route == "readyz" else answers


@pytest.mark.parametrize("role", [*ROLES, None])
def test_what_is_not_yours_is_answered_as_what_does_not_exist(
    cast: Cast, far: Customer, role: str | None
):
    """The same address before and after the foreign file is gone: status, headers and bytes."""
    visits = [
        (route, visit)
        for route, visits in OF_CUSTOMER.items()
        for visit in visits
        if 405 not in {visit.answer, visit.refused}  # refused before anything is looked for
    ]
    client = signed_in(cast, role)
    theirs = [
        _whole(go(client, visit, address(route, visit, pk=far.pk))) for route, visit in visits
    ]
    pk = far.pk
    far.delete()
    absent = [_whole(go(client, visit, address(route, visit, pk=pk))) for route, visit in visits]
    assert theirs == absent
    for (_route, visit), (status, _headers, _content) in zip(visits, absent, strict=True):
        refused = {404, visit.refused} if role else {302}
        assert status in ({403} if role == "administrator" else refused)
        assert status == 404 or role is None or role not in visit.allowed


def _whole(response: HttpResponse) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    return response.status_code, headers, body(response)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("htmx", [False, True], ids=["whole page", "part of it"])
def test_no_page_of_somebody_elses_customer_holds_a_word(
    cast: Cast, written: None, far: Customer, role: str, htmx: bool
):
    """Nor does a part of one's own pages, which are asked for whole above."""
    client = signed_in(cast, role)
    foreign = far if role == "group_manager" else cast.wolf
    told, seen = [], set()
    for route, visits in PAGES.items():
        if route == "sign-out/":
            continue
        subjects = [*([cast.acme] if htmx else []), *([foreign] if route in OF_CUSTOMER else [])]
        for visit, subject in product(visits, subjects):
            path = address(route, visit, pk=subject.pk)
            codes = _whose_words(go(client, visit, path, htmx=htmx))
            told += [(visit.method, path, code) for code in codes & _hidden(role)]
            seen |= codes
    assert told == []
    assert seen == (EVERYBODYS - _hidden(role) if htmx else set())


def test_the_canaries_sing(cast: Cast, written: None):
    """The negative control: whoever may see a customer finds every one of its marks."""
    client = signed_in(cast, "account_manager")
    found = set()
    for route, visits in OF_CUSTOMER.items():
        for visit in visits:
            content = body(go(client, visit, address(route, visit, pk=cast.acme.pk))).decode()
            found |= set(re.findall(r"canary-ACME-(\w+)", content))
    assert found >= {
        "name", "notes", "contact", "phone", "account", "contract", "line", "receipt", "waybill",
        "answer", "said",
    }  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        "q={code}", "q=canary-{code}", "unit={unit}", "manager={manager}",
        "sort=name&after={code}", "after=%00", "sort=nonsense", "tier=x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", ["customers/", "customers/export/"])
def test_search_and_filters_of_the_list_stay_within_what_one_sees(
    cast: Cast, written: None, page: str, query: str
):
    client = signed_in(cast, "branch_manager")
    words = query.format(code="WOLF", unit="WEST", manager="wendy")
    response = client.get(f"/{page}?{words}")
    assert response.status_code in {200, 400, 404}
    content = body(response).decode()
    assert CANARY.format("WOLF") not in content
    assert CANARY.format("FAR") not in content


@pytest.mark.parametrize("parameter", ["unit", "manager"])
def test_a_filter_by_what_one_does_not_see_is_answered_as_by_what_is_not_there(
    cast: Cast, parameter: str
):
    foreign = {"unit": "WEST", "manager": "wendy"}[parameter]
    client = signed_in(cast, "branch_manager")
    theirs = body(client.get("/customers/", {parameter: foreign})).decode()
    absent = body(client.get("/customers/", {parameter: "NOTHING"})).decode()
    assert theirs.replace(foreign, "NOTHING") == absent


@pytest.mark.parametrize("role", ["account_manager", "outlet_manager", "branch_manager"])
def test_a_valid_form_sent_to_somebody_elses_customer_changes_nothing(cast: Cast, role: str):
    before = Customer.objects.filter(pk=cast.wolf.pk).values().get()
    data = {
        "name": "Taken over",
        "party_role": "both",
        "status": "active",
        "org_unit": str(cast.east_outlet.pk),
        "account_manager": str(cast.alice.pk),
    }
    client = signed_in(cast, role)
    assert client.post(f"/customers/{cast.wolf.pk}/edit/", data).status_code == 404
    assert Customer.objects.filter(pk=cast.wolf.pk).values().get() == before
    # The same form is good for one's own: it is the customer that is refused.
    assert client.post(f"/customers/{cast.acme.pk}/edit/", data).status_code == 302
    assert Customer.objects.get(pk=cast.acme.pk).name == "Taken over"


@pytest.mark.parametrize("role", ["outlet_manager", "branch_manager"])
@pytest.mark.parametrize("name", ["org_unit", "account_manager", "parent"])
def test_a_form_may_not_point_at_what_one_does_not_see(cast: Cast, role: str, name: str):
    """R5: a foreign id is refused as one that does not exist."""
    foreign = {
        "org_unit": cast.west_outlet.pk,
        "account_manager": cast.wendy.pk,
        "parent": "WOLF",
    }[name]
    absent = {"org_unit": 10**9, "account_manager": 10**9, "parent": "NOBODY"}[name]
    data = {
        "name": "Acme",
        "party_role": "both",
        "status": "active",
        "org_unit": str(cast.east_outlet.pk),
        "account_manager": str(cast.alice.pk),
    }
    client = signed_in(cast, role)
    path = f"/customers/{cast.acme.pk}/edit/"
    theirs = client.post(path, {**data, name: foreign})
    nobodys = client.post(path, {**data, name: absent})
    assert theirs.status_code == nobodys.status_code == 422
    assert theirs.context["form"].errors == nobodys.context["form"].errors != {}
    assert Customer.objects.get(pk=cast.acme.pk).name == "Customer ACME"


@pytest.mark.parametrize(
    ("code_asks", "database_asks", "status"),
    [(True, True, 404), (False, True, 404), (True, False, 404), (False, False, 200)],
)
def test_each_of_two_nets_holds_alone_and_without_both_the_test_sees_it(
    cast: Cast, monkeypatch, code_asks: bool, database_asks: bool, status: int
):
    """The negative control of this file: what it looks for is there once nobody protects it."""
    if not code_asks:
        for rows in (CustomerQuerySet, CustomerScopedQuerySet):
            monkeypatch.setattr(rows, "visible_to", lambda found, _user: found)
    if not database_asks:
        monkeypatch.setattr("tests.middleware.APP", "crm_job")
    client = signed_in(cast, "account_manager")
    for page in ("", "history/", "edit/"):
        assert client.get(f"/customers/{cast.wolf.pk}/{page}").status_code == status
