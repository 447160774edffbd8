"""The administration is for administrators, who see no customer there or anywhere."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from api.models import CallCount, FailedCall
from api.services.endpoints import create_endpoint, send_test
from api.services.keys import create_key
from contracts.models import LetterTemplate
from core.models import JobRun, Version
from customers.models import ManagerLimit, PoolRule
from organization.models import (
    AuthorityLimit,
    CalendarDay,
    Department,
    Deputy,
    SecurityEvent,
    SignInTry,
)
from segmentation.models import ValueModel
from segmentation.ruleset import DEFAULT_RULES
from segmentation.services import draft_rules
from surveys.models import Survey
from tests.cast import Cast, make_unit
from tests.routes import ADMIN, ADMIN_MODELS, APP_LIST, Visit, administration, routes
from tests.visiting import ROLES, address, body, expected, go, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def administered(cast: Cast) -> dict[str, str]:
    """One object of every model of the administration: its id by model."""
    day = timezone.localdate()
    now = timezone.now()
    key, _text = create_key("dispatch", scopes=["service:read"], unit=cast.east)
    endpoint, _secret = create_endpoint("https://a.example/", system=key.user, actor=cast.adam)
    objects = {
        "api/apikey": key,
        "api/callcount": CallCount.objects.create(
            key=key, hour=now, calls=1, failures=0, milliseconds=1, last_at=now
        ),
        "api/failedcall": FailedCall.objects.create(at=now, status=404, milliseconds=1),
        "api/endpoint": endpoint,
        "api/delivery": send_test(endpoint),
        "contracts/lettertemplate": LetterTemplate.objects.first(),
        "core/version": Version.objects.create(business_date=day),
        "core/jobrun": JobRun.objects.create(job="nightly", business_date=day, started_at=now),
        "organization/orgunit": make_unit("EMPTY", "outlet", cast.east),
        "customers/poolrule": PoolRule.objects.get(tier="small"),
        "customers/managerlimit": ManagerLimit.objects.get(level="outlet"),
        "organization/authoritylimit": AuthorityLimit.objects.get(kind="discount", level="front"),
        "organization/department": Department.objects.create(
            unit=cast.east, kind="sales", name="Sales"
        ),
        "organization/deputy": Deputy.objects.create(
            user=cast.alice, deputy=cast.bob, starts_on=day, ends_on=day
        ),
        "organization/calendarday": CalendarDay.objects.create(day=day, name="Jubilee"),
        "organization/user": cast.bob,
        "organization/securityevent": SecurityEvent.objects.create(kind="signed_in", user=cast.bob),
        "organization/signintry": SignInTry.objects.create(
            key="a", tries=9, ends_at=now + dt.timedelta(minutes=5)
        ),
        "segmentation/ruleset": draft_rules(DEFAULT_RULES, author=cast.adam, note="draft"),
        "segmentation/valuemodel": ValueModel.objects.create(
            as_of=day, basis="revenue", weeks=1, customers=1, returned=0, rejection="few_weeks"
        ),
        "surveys/survey": Survey.objects.create(code="S", name="S"),
    }
    return {model: str(thing.pk) for model, thing in objects.items()}


def app_lists() -> dict[str, list[Visit]]:
    """The pages of the administration that list one app's models."""
    [labels] = [found[1] for route in routes() if (found := APP_LIST.fullmatch(route))]
    return {
        f"admin/{label}/": administration(path=f"admin/{label}/") for label in labels.split("|")
    }


@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_administration_answers_administrators_only(
    cast: Cast, administered: dict[str, str], role: str | None
):
    wrong = []
    client = signed_in(cast, role)
    for route, visits in (ADMIN | app_lists()).items():
        model = "/".join(route.split("/")[1:3])
        for visit in visits:
            if role == "administrator" and role not in visit.allowed and visit.method == "post":
                continue  # what an administrator's own forms do is tested with them
            path = address(route, visit, object_id=administered.get(model, "1"))
            status = go(client, visit, path).status_code
            if status != expected(visit, role):
                wrong.append((visit.method, path, status, expected(visit, role)))
    assert wrong == []


@pytest.mark.parametrize("model", ADMIN_MODELS)
def test_an_absent_object_of_the_administration_leads_back_to_its_start(cast: Cast, model: str):
    client = signed_in(cast, "administrator")
    for page in ("change", "history", "delete"):
        response = client.get(f"/admin/{model}/999999/{page}/")
        assert response.status_code in {302, 403}


def test_an_administrator_sees_no_customer_anywhere(
    cast: Cast, written: None, administered: dict[str, str]
):
    client = signed_in(cast, "administrator")
    for route, visits in ADMIN.items():
        model = "/".join(route.split("/")[1:3])
        visit = replace(visits[0], method="get")
        path = address(route, visit, object_id=administered.get(model, "1"))
        assert b"canary-" not in body(go(client, visit, path)), path
