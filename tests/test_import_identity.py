"""Export then import is the identity (01 §4), whatever people have written."""

import datetime as dt
import string
from pathlib import Path

import pytest
from django.db import transaction
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import History
from core.tables.importer import run_import
from core.tables.write import ExportRequest, iter_csv, write_table
from customers.models import Account, Contact, Customer
from organization.models import OrgUnit, User
from tests.cast import Cast
from tests.tabled import export_and_import
from workspace.exports import EXPORTS
from workspace.imports import IMPORTS

pytestmark = pytest.mark.django_db

KINDS = ("org_units", "users", "customers", "contacts", "accounts")
NOTHING = dict.fromkeys(KINDS, (0, 0, 0))

ODD = "=+-@'\"，,;；、\t |0123 ABCé中文客户𠮷🚚\u3000％"
PIECES = st.sampled_from(
    [*ODD, "'=", "''+", "0001", "1e5", "NULL", "是", "true", "'", "\\N", "2025-01-01"]
)


def trimmed(pieces: list[str], limit: int) -> str:
    return "".join(pieces)[:limit].strip()


LINE = st.lists(PIECES.filter(lambda piece: piece != "\t"), max_size=12).map(
    lambda pieces: trimmed(pieces, 100)
)
CODE = LINE.filter(bool)
TEXT = st.lists(PIECES | st.sampled_from(["\n", "\r\n", "\n\n"]), max_size=15).map(
    lambda p: trimmed(p, 500)
)
USERNAME = st.text(string.ascii_letters + "@.+-_张伟0", min_size=1, max_size=30)
MONEY = st.none() | st.decimals(0, 10**15, places=2)
RATE = st.none() | st.decimals(0, 1, places=6)
DAY = st.none() | st.dates(dt.date(1800, 1, 1), dt.date(2199, 12, 31))
TAG = LINE.map(lambda text: "".join(c for c in text if c not in ",，;；、|").strip()).filter(bool)


@st.composite
def customers(draw: st.DrawFn) -> dict[str, object]:
    """The plain fields of a customer file."""
    words = ("short_name", "industry", "province", "address", "phone", "email", "source", "uscc")
    long = ("main_business", "stock_level", "culture_notes", "attention", "notes")
    return {
        "name": draw(CODE),
        **{name: draw(LINE) for name in words},
        **{name: draw(TEXT) for name in long},
        "credit_limit": draw(MONEY),
        "annual_output": draw(MONEY),
        "market_share": draw(RATE),
        "planned_growth": draw(st.none() | st.decimals(-999, 999, places=6)),
        "planned_annual_volume": draw(st.none() | st.decimals(0, 10**12, places=3)),
        "founded_on": draw(DAY),
        "employees": draw(st.none() | st.integers(0, 2**31 - 1)),
        "private_siding": draw(st.none() | st.booleans()),
        "status": draw(st.sampled_from(Customer.Status.values)),
        "party_role": draw(st.sampled_from(Customer.PartyRole.values)),
        "tags": draw(st.lists(TAG, max_size=3, unique=True)),
    }


@st.composite
def contacts(draw: st.DrawFn) -> dict[str, object]:
    """The plain fields of a contact."""
    return {
        "name": draw(CODE),
        **{
            name: draw(LINE)
            for name in ("title", "department", "mobile", "phone", "email", "wechat")
        },
        "chain_role": draw(st.sampled_from(["", *Contact.ChainRole.values])),
        "influence": draw(st.none() | st.integers(1, 5)),
        "attitude": draw(st.none() | st.integers(-2, 2)),
        "is_primary": draw(st.booleans()),
    }


@st.composite
def companies(draw: st.DrawFn) -> dict[str, list[dict[str, object]]]:
    """What one small company has written down."""
    return {
        "units": [
            {"code": c, "name": draw(CODE)} for c in draw(st.lists(CODE, max_size=3, unique=True))
        ],
        "users": [
            {"username": n, "name": draw(LINE)}
            for n in draw(st.lists(USERNAME, max_size=3, unique=True))
        ],
        "customers": [
            {"code": c, **draw(customers())}
            for c in draw(st.lists(CODE, min_size=1, max_size=4, unique=True))
        ],
        "contacts": draw(
            st.lists(contacts(), max_size=3, unique_by=lambda contact: str(contact["name"]))
        ),
        "accounts": [
            {"account_no": n, "site": draw(LINE)}
            for n in draw(st.lists(CODE, max_size=3, unique=True))
        ],
    }


def write_down(company: dict[str, list[dict[str, object]]]) -> None:
    """Put the company into the database, each row pointing at one before it."""
    above = OrgUnit.objects.create(code="root", name="Root", level="group")
    for unit in company["units"]:
        above = OrgUnit.objects.create(level="outlet", parent=above, **unit)
    people = [
        User.objects.create(role="finance", org_unit=above, **user) for user in company["users"]
    ]
    parent = None
    for number, fields in enumerate(company["customers"]):
        manager = people[number % len(people)] if people else None
        parent = Customer.objects.create(
            org_unit=above, account_manager=manager, parent=parent, **fields
        )
    boss = None
    for fields in company["contacts"]:
        boss = Contact.objects.create(customer=parent, reports_to=boss, **fields)
    for fields in company["accounts"]:
        Account.objects.create(customer=parent, **fields)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(company=companies())
def test_an_export_imported_again_changes_nothing(tmp_path, company):
    nothing_changes(tmp_path, "csv", company)


@settings(  # each workbook is read by a process of its own, a hundred cost more than they find
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(company=companies())
def test_a_workbook_imported_again_changes_nothing(tmp_path, company):
    nothing_changes(tmp_path, "xlsx", company)


def nothing_changes(tmp_path, table_format, company):
    with transaction.atomic():
        write_down(company)
        before = History.objects.count()
        assert export_and_import(tmp_path, KINDS, table_format) == NOTHING
        assert History.objects.count() == before
        transaction.set_rollback(True)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(company=companies())
def test_an_export_imported_into_an_empty_database_gives_the_same_export(tmp_path, company):
    with transaction.atomic():
        write_down(company)
        first = {kind: written(tmp_path, kind) for kind in KINDS}
        for model in (Account, Contact, Customer, User, OrgUnit):
            model.objects.all()._raw_delete("default")
        for kind in KINDS:
            result = run_import(IMPORTS[kind](), tmp_path / f"{kind}.csv").result
            assert (result.created, result.rejected) == (result.rows, 0), kind
        assert {kind: written(tmp_path, kind) for kind in KINDS} == first
        transaction.set_rollback(True)


def written(folder: Path, kind: str) -> bytes:
    """The export of a kind as the file it makes."""
    path = folder / f"{kind}.csv"
    write_table("csv", EXPORTS[kind].columns, EXPORTS[kind].rows(ExportRequest()), path)
    return path.read_bytes()


def test_the_negative_control_one_changed_cell_is_one_update(cast: Cast, tmp_path):
    columns = EXPORTS["customers"].columns
    rows = [list(row) for row in EXPORTS["customers"].rows(ExportRequest())]
    rows[0][1] += "!"
    write_table("csv", columns, rows, tmp_path / "changed.csv")
    result = run_import(IMPORTS["customers"](), tmp_path / "changed.csv").result
    assert (result.created, result.updated, result.unchanged) == (0, 1, 2)


@pytest.mark.parametrize("kind", IMPORTS)
def test_every_kind_that_comes_in_goes_out_with_the_same_columns(kind: str):
    incoming = [column.name for column in IMPORTS[kind].schema.columns]
    assert [column.name for column in EXPORTS[kind].columns] == incoming


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_under_chinese_labels_is_the_same_file(cast: Cast, tmp_path, kind: str):
    Account.objects.create(account_no="00755", customer=cast.acme, site="深圳")
    Contact.objects.create(customer=cast.acme, name="张总", chain_role="decider")
    exporter = EXPORTS[kind]
    text = "".join(iter_csv(exporter.columns, exporter.rows(ExportRequest())))
    header, rows = text.split("\r\n", 1)
    with override("zh-hans"):
        labels = [str(column.label) for column in exporter.columns]
    assert not set(labels) & set(header.split(","))
    path = tmp_path / "chinese.csv"
    path.write_text(",".join(labels) + "\r\n" + rows, encoding="gb18030")
    result = run_import(IMPORTS[kind](), path).result
    assert (result.created, result.updated, result.rejected) == (0, 0, 0)
    assert result.unchanged == result.rows > 0
