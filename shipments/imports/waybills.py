"""Waybills in: from a file's codes to a load."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tables import fields
from core.tables.errors import RowError
from core.tables.importer import ImportHandler, Outcome
from core.tables.schema import Column, Row, Schema
from customers.codes import customers_by_code
from customers.models import Account
from organization.models import OrgUnit, User
from shipments.models import Waybill
from shipments.services import Load, LoadResult

YEARS = range(1990, 2100)  # outside it is a slip of the finger; each month makes a partition
KNOWN_CODES = 200_000  # so many are remembered; a book of more is asked for again

_kg = fields.number(3, 12, minimum=0)
_count = fields.integer()
_amount = fields.money(minimum=0)

SCHEMA = Schema(
    "waybills",
    (
        Column("waybill_no", gettext_lazy("Waybill number"), fields.code(), required=True),
        Column("shipper_code", gettext_lazy("Shipper code"), fields.code(), required=True),
        Column("consignee_code", gettext_lazy("Consignee code"), fields.code()),
        Column(
            "payer",
            gettext_lazy("Payer"),
            fields.choice(Waybill.Payer, empty=Waybill.Payer.SHIPPER),
        ),
        Column("billed_code", gettext_lazy("Billed code or account number"), fields.code()),
        Column("service", gettext_lazy("Service"), fields.code(empty="standard")),
        Column("accepted_at", gettext_lazy("Accepted at"), fields.datetime(), required=True),
        Column("promised_at", gettext_lazy("Promised at"), fields.datetime()),
        Column("delivered_at", gettext_lazy("Delivered at"), fields.datetime()),
        Column("origin", gettext_lazy("Origin"), fields.text(200)),
        Column("destination", gettext_lazy("Destination"), fields.text(200)),
        Column("pickup_unit", gettext_lazy("Pickup unit"), fields.code()),
        Column("delivery_unit", gettext_lazy("Delivery unit"), fields.code()),
        Column("pieces", gettext_lazy("Pieces"), _count),
        Column("weight_kg", gettext_lazy("Weight (kg)"), _kg),
        Column("billed_weight_kg", gettext_lazy("Billed weight (kg)"), _kg),
        Column("volume_m3", gettext_lazy("Volume (m³)"), fields.number(6, 12, minimum=0)),
        Column("revenue", gettext_lazy("Revenue"), _amount, required=True),
        Column("cost", gettext_lazy("Cost"), _amount),
        Column("currency", gettext_lazy("Currency"), fields.currency()),
        Column("declared_value", gettext_lazy("Declared value"), _amount),
        Column("cod_amount", gettext_lazy("Cash on delivery"), _amount),
        Column(
            "status",
            gettext_lazy("Waybill status"),
            fields.choice(Waybill.Status, empty=Waybill.Status.ACCEPTED),
        ),
        Column("exception", gettext_lazy("Exception"), fields.choice(Waybill.ExceptionKind)),
        Column("claim_amount", gettext_lazy("Claim amount"), _amount),
        Column("waiting_minutes", gettext_lazy("Waiting minutes"), _count),
        Column("storage_days", gettext_lazy("Storage days"), _count),
        Column("source", gettext_lazy("Source system"), fields.code()),
        Column("source_seq", gettext_lazy("Source sequence"), fields.integer(0, 10**18 - 1)),
    ),
    key=("waybill_no",),
)
# Column of the file -> column of a load, where a code stands for an id.
CUSTOMERS = {
    "shipper_code": "shipper_id",
    "consignee_code": "consignee_id",
    "billed_code": "billed_id",
}
UNITS = {"pickup_unit": "pickup_unit_id", "delivery_unit": "delivery_unit_id"}


PAYS = {  # who pays -> the column that must name them
    Waybill.Payer.CONSIGNEE.value: "consignee_code",
    Waybill.Payer.THIRD.value: "billed_code",
}


class WaybillImport(ImportHandler):
    """Takes waybills in. The last row of a number in the file counts; earlier ones are unchanged.

    A code may be a customer's code, an account number or the code of a merged file. Who is named
    by `billed_code` pays, else the shipper or the consignee as `payer` says.
    """

    schema: ClassVar[Schema] = SCHEMA
    batch_size: ClassVar[int] = 10_000
    unique_batches: ClassVar[bool] = False
    by_line: ClassVar[bool] = False  # whether the result says what became of each line

    def begin(self) -> None:
        """Look up units, forget what an earlier run knew."""
        self._unit_ids = dict(OrgUnit.objects.values_list("code", "pk"))
        self._customer_ids: dict[str, int] = {}
        self._load: Load | None = None
        self.result = LoadResult()

    def apply(self, rows: Sequence[Row]) -> Outcome:
        """Check references and hand the good rows to the load; it counts them at the end."""
        load = self._load or self._open(rows[0].values)
        self._learn({row.values.get(column, "") for row in rows for column in self._customers})
        outcome = Outcome()
        load.add(self._loaded(row) for row in rows if self._is_good(row, outcome))
        return outcome

    def finish(self) -> Outcome:
        """Write the load, and name the lines that only the stored waybills showed to be wrong."""
        if self._load is None:
            return Outcome()
        result = self.result = self._load.finish(by_line=self.by_line)
        self._load = None
        outcome = Outcome(result.created, result.updated, result.unchanged)
        outcome.errors += [
            RowError(line, PAYS[payer], _nobody_pays(payer), "no_payer")
            for line, payer in result.unpaid
        ]
        taken = _("this number is the waybill of a customer you may not see")
        outcome.errors += [
            RowError(line, "waybill_no", taken, "number_taken") for line in result.hidden
        ]
        return outcome

    def _open(self, given: dict[str, Any]) -> Load:
        """The load for files with these columns."""
        self._customers = [column for column in CUSTOMERS if column in given]
        self._units = [column for column in UNITS if column in given]
        codes = {"shipper_code", "consignee_code", *UNITS}
        plain = [name for name in given if name not in codes]
        self._plain_values = itemgetter(*plain)
        ids = [{**CUSTOMERS, **UNITS}[column] for column in (*self._customers, *self._units)]
        self._load = Load(("line", *plain, *ids), actor=self.actor)
        return self._load

    def _loaded(self, row: Row) -> list[Any]:
        """The values of a row in the order of the load's columns."""
        values = row.values
        return [
            row.line,
            *self._plain_values(values),
            *[self._customer_ids.get(values[column]) for column in self._customers],
            *[self._unit_ids.get(values[column]) for column in self._units],
        ]

    def _learn(self, codes: set[str]) -> None:
        """Find the customers of codes that were not met before."""
        if len(self._customer_ids) > KNOWN_CODES:
            self._customer_ids.clear()
        unknown = codes - self._customer_ids.keys() - {""}
        found = customers_by_code(unknown, self.actor)
        self._customer_ids |= found | customers_by_account(unknown - found.keys(), self.actor)

    def _is_good(self, row: Row, outcome: Outcome) -> bool:
        """Whether everything that the row names exists; says what does not."""
        values, errors = row.values, len(outcome.errors)
        for column in self._customers:
            if (code := values.get(column)) and code not in self._customer_ids:
                outcome.reject(row, column, _no_customer(code), "unknown_customer")
        for column in self._units:
            if (code := values.get(column)) and code not in self._unit_ids:
                outcome.reject(row, column, _no_unit(code), "unknown_unit")
        if values["accepted_at"].year not in YEARS:
            outcome.reject(row, "accepted_at", _impossible_year())
        if values.get("billed_code") == "" and values.get(_needed(values)) == "":
            outcome.reject(row, PAYS[values["payer"]], _nobody_pays(values["payer"]), "no_payer")
        return len(outcome.errors) == errors


def customers_by_account(numbers: set[str], actor: User | None) -> dict[str, int]:
    """Customer ids by account number; what `actor` may not see is left out."""
    if not numbers:
        return {}
    accounts = Account.objects.all() if actor is None else Account.objects.visible_to(actor)
    owners = dict(
        accounts.filter(account_no__in=numbers).values_list("account_no", "customer__code")
    )
    ids = customers_by_code(owners.values(), actor)
    return {number: ids[code] for number, code in owners.items() if code in ids}


def _needed(values: dict[str, Any]) -> str:
    """The column that must name the payer; "" when the shipper pays or the file does not say."""
    return PAYS.get(values.get("payer", ""), "")


def _no_customer(code: str) -> str:
    return _("there is no customer and no account “{code}”: import it first").format(code=code)


def _no_unit(code: str) -> str:
    return _("there is no unit “{code}”: import it first").format(code=code)


def _impossible_year() -> str:
    return _("waybills are taken from {first} to {last}").format(first=YEARS[0], last=YEARS[-1])


def _nobody_pays(payer: str) -> str:
    if payer == Waybill.Payer.THIRD:
        return _("a third party pays: write its code or account number")
    return _("the consignee pays: write its code")
