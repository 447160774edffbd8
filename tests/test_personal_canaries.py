"""R10: personal canaries stay home.

Unique strings stand in every personal and restricted field of a customer's rows; every page, search
and table that goes out is read by every role, and only the registry of field classes says who may
find which.
"""

import logging
import re
from contextlib import suppress

import pytest
from django.apps import apps
from django.db.models import CharField, Model, TextField

from core.fields import FieldClass
from core.models import History
from core.tables.errors import TableError
from core.tables.write import ExportRequest, iter_csv
from customers.models import Acquaintance, Contact, PrivateDetails
from organization.permissions import FIELD_CLASSES_BY_ROLE
from tests.cast import Cast
from tests.pages import client_of
from tests.routes import ADMIN, PAGES, Visit
from tests.visiting import ROLES, address, body, go, signed_in
from workspace.exports import EXPORTS

pytestmark = pytest.mark.django_db
RESTRICTED, PERSONAL = "kept-secret-", "kept-personal-"
SHORTEST = 60  # columns that hold a canary


def _texts(model: type[Model], field_class: FieldClass) -> list[str]:
    """The model's free texts of that class."""
    classes: dict[str, FieldClass] = getattr(model, "field_classes", {})
    return [
        field.name
        for field in model._meta.concrete_fields
        if classes.get(field.name) == field_class
        and isinstance(field, CharField | TextField)
        and not field.choices
        and (field.max_length is None or field.max_length >= SHORTEST)
    ]


@pytest.fixture
def planted(cast: Cast, written: None) -> set[str]:
    """Canaries in all rows of all customers; their names."""
    contact = Contact.objects.get(customer=cast.acme)
    other = Contact.objects.create(customer=cast.acme, name="Other")
    PrivateDetails.objects.create(contact=contact, customer=cast.acme)
    Acquaintance.objects.create(contact=contact, other=other, customer=cast.acme)
    names = set()
    for model in apps.get_models():
        for field_class, prefix in (
            (FieldClass.RESTRICTED, RESTRICTED),
            (FieldClass.PERSONAL, PERSONAL),
        ):
            fields = _texts(model, field_class)
            values = {name: f"{prefix}{model._meta.model_name}-{name}" for name in fields}
            rows = model._default_manager.filter(pk__in=_first(model, cast)) if values else None
            if rows is not None and rows.update(**values):
                names |= set(values.values())
    return names


def _first(model: type[Model], cast: Cast) -> list[int]:
    """One row of Acme's: names are unique in a file."""
    rows = model._default_manager.filter(
        **(
            {"pk": cast.acme.pk}
            if model._meta.model_name == "customer"
            else {"customer": cast.acme}
        )
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:1])


def _everything(cast: Cast, role: str) -> str:
    """All that the role is answered, whole pages and parts."""
    contact = Contact.objects.filter(customer=cast.acme).earliest("pk")
    client = signed_in(cast, role)
    found = []
    for route, visits in {**PAGES, **ADMIN}.items():
        for visit in visits:
            if visit.method != "get" or route == "sign-out/":
                continue
            path = address(route, visit, pk=cast.acme.pk, object_id="1", **_numbers(visit, contact))
            for htmx in (False, True):
                found.append(body(go(client, visit, path, htmx=htmx)).decode(errors="replace"))
    for text in (RESTRICTED, PERSONAL):
        for page in ("search", "customers", "receivables"):
            found.append(body(client.get(f"/{page}/", {"q": text})).decode())
    return "".join(found).replace(f'value="{PERSONAL}"', "").replace(f'value="{RESTRICTED}"', "")


def _numbers(visit: Visit, contact: Contact) -> dict[str, str]:
    return {"number": str(contact.pk)} if "number" in visit.kwargs else {}


def _found(text: str, prefix: str) -> set[str]:
    return set(re.findall(rf"{prefix}[a-z]+-\w+", text))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_meets_a_canary_that_is_not_theirs(
    cast: Cast, planted: set[str], role: str, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        seen = _everything(cast, role) + caplog.text
    assert _found(seen, RESTRICTED) == set()
    if FieldClass.PERSONAL in FIELD_CLASSES_BY_ROLE[cast.eight_roles[role].role]:
        assert "kept-personal-contact-name" in _found(seen, PERSONAL)
    else:
        assert _found(seen, PERSONAL) == set()


@pytest.mark.parametrize("role", ROLES)
def test_no_table_that_goes_out_holds_what_is_restricted(cast: Cast, planted: set[str], role: str):
    read = set()
    for kind, exporter in EXPORTS.items():
        with suppress(TableError):  # results of nights: there is none
            rows = exporter.rows(ExportRequest(user=cast.eight_roles[role]))
            assert RESTRICTED not in "".join(iter_csv(exporter.columns, rows)), kind
            read.add(kind)
    assert read >= {"customers", "contacts", "notes", "survey_responses"}


def test_the_history_holds_no_restricted_value(planted: set[str]):
    changes = str(list(History.objects.values_list("changes", flat=True)))
    assert RESTRICTED not in changes
    assert PERSONAL in changes  # the negative control: what is not masked is there


def test_the_canaries_sing_for_who_opens_them(cast: Cast, planted: set[str]):
    """The negative control: they are planted, and found by who may and has said why."""
    contact = Contact.objects.filter(customer=cast.acme).earliest("pk")
    client = client_of(cast.alice)
    page = f"/customers/{cast.acme.pk}/contacts/{contact.pk}/open/"
    shown = client.post(page, {"reason": "the test"}, headers={"HX-Request": "true"})
    opened = {f"{RESTRICTED}privatedetails-{name}" for name in PrivateDetails.FACTS}
    assert opened <= planted
    assert _found(shown.content.decode(), RESTRICTED) == opened
    page = client.get(f"/customers/{cast.acme.pk}/contacts/{contact.pk}/").content.decode()
    assert {
        f"{PERSONAL}contact-{name}"
        for name in ("name", "phone", "email", "wechat", "career", "specialties", "ability")
    } <= _found(page, PERSONAL)


def test_every_restricted_field_has_a_canary(planted: set[str]):
    """A new restricted field without one fails here, by name."""
    fields = {
        f"{RESTRICTED}{model._meta.model_name}-{name}"
        for model in apps.get_models()
        for name in _texts(model, FieldClass.RESTRICTED)
    }
    assert fields - planted == set()
