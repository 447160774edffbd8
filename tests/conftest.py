"""Customers whose every word can be told from those of others."""

import pytest

from customers.models import Customer
from tests.cast import Cast, make_customer, make_unit
from tests.tabled import take
from tests.visiting import CANARY


@pytest.fixture
def far(cast: Cast) -> Customer:
    """A customer of another company of the group, which not even the group's manager sees."""
    return make_customer("FAR", make_unit("FAR", "group"), name=CANARY.format("FAR") + "name")


@pytest.fixture
def written(cast: Cast, far: Customer, tmp_path) -> None:
    """Something in every section of three customers, each row marked with whose it is."""
    for code in ("ACME", "WOLF", "FAR"):
        mark = CANARY.format(code)
        Customer.objects.filter(code=code).update(name=f"{mark}name", notes=f"{mark}notes")
        for kind, header, line in (
            ("contacts", "customer_code,name,phone", f"{code},{mark}contact,{mark}phone"),
            ("accounts", "account_no,customer_code", f"{mark}account,{code}"),
            (
                "contracts",
                "contract_no,customer_code,starts_on",
                f"{mark}contract,{code},2026-01-01",
            ),
            (
                "plan_lines",
                "line_no,customer_code,issued_on,due_on,amount",
                f"{mark}line,{code},2026-01-01,2026-02-01,10",
            ),
            (
                "receipts",
                "receipt_no,customer_code,received_on,amount",
                f"{mark}receipt,{code},2026-02-01,5",
            ),
            (
                "waybills",
                "waybill_no,shipper_code,accepted_at,revenue",
                f"{mark}waybill,{code},2026-01-05 08:00,10",
            ),
            (
                "survey_responses",
                "response_no,survey,customer_code,answered_at,question,value,text",
                f"{mark}response,spring,{code},2026-01-06 08:00,comment,,{mark}answer",
            ),
            (
                "notes",
                "note_no,customer_code,written_at,text",
                f"{mark}note,{code},2026-01-07 08:00,{mark}said",
            ),
        ):
            report = take(tmp_path, kind, header, line)
            assert report.result.created == 1, (kind, report.errors)
