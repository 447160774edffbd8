"""Every column of the database that names a customer, and what a merge does with it.

`tests/test_merge_relations.py` fails for one that is not listed here. What is added to a merged
file later go to the one that stays by themselves (core.protection.secure_rows).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows that go along; `place` is table and column.

    Where the file that stays has a row with the same `once_per` columns (and both fulfil `where`),
    the other's stays with the file that goes: the database allows one only.
    """

    place: str
    once_per: tuple[str, ...] | None = None
    where: str = "true"

    @property
    def table(self) -> str:
        """The table."""
        return self.place.partition(".")[0]

    @property
    def column(self) -> str:
        """The column."""
        return self.place.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Follows:
    """Rows whose customer is always that of the row of `parent` they belong to (`t` to `p`)."""

    place: str
    parent: str
    belongs: str


CONTRACTS = "contracts_contract.customer_id"
LINES = "contracts_planline.customer_id"
RECEIPTS = "contracts_receipt.customer_id"
PROMISES = "contracts_promise.customer_id"
STATEMENTS = "contracts_statement.customer_id"
INVOICES = "contracts_invoice.customer_id"
WAYBILLS = tuple(f"shipments_waybill.{name}_id" for name in ("customer", "shipper", "consignee"))

# In this order: what money hangs on before the money.
MOVES = (
    Moves("customers_customer.parent_id"),
    Moves("customers_customer.merged_into_id"),
    Moves("customers_account.customer_id"),
    Moves("customers_share.customer_id", once_per=("user_id",)),
    Moves("customers_contact.customer_id"),  # same names are told apart before (work.py)
    Moves("customers_creditfact.customer_id", once_per=("topic",)),
    Moves("customers_bankaccount.customer_id", once_per=("bank", "account_no")),
    Moves("customers_bankaccountopening.customer_id"),
    Moves("customers_qualification.customer_id"),
    Moves("customers_statement.customer_id", once_per=("year",)),
    Moves("customers_guarantee.customer_id"),
    Moves("customers_creditevent.customer_id"),
    Moves("customers_creditlimitchange.customer_id"),
    Moves("customers_creditreview.customer_id"),
    Moves("customers_dangersign.customer_id", once_per=("sign",), where="{row}.gone_on IS NULL"),
    Moves("customers_attachment.customer_id"),
    Moves("customers_handoveritem.customer_id", once_per=("handover_id",)),
    Moves("customers_poolentry.customer_id", once_per=(), where="{row}.ended_at IS NULL"),
    Moves("customers_prospect.customer_id", once_per=()),
    Moves("customers_shareholder.customer_id", once_per=("name",)),
    Moves("customers_address.customer_id"),
    Moves("customers_confirmation.customer_id", once_per=("section",)),
    Moves(
        "customers_policydeviation.customer_id",
        once_per=("point",),
        where="{row}.ended_at IS NULL",
    ),
    Moves("engagement_note.customer_id"),
    Moves("engagement_participant.customer_id"),
    Moves("engagement_task.customer_id"),
    Moves("engagement_alert.customer_id"),
    Moves("engagement_complaint.customer_id"),
    Moves("shipments_serviceplan.customer_id", once_per=()),  # one plan in force a file
    Moves(CONTRACTS),
    Moves(LINES),
    Moves(RECEIPTS),
    Moves(PROMISES),
    Moves("contracts_credithold.customer_id", once_per=(), where="{row}.lifted_on IS NULL"),
    Moves("contracts_creditrelease.customer_id"),
    Moves("contracts_payer.customer_id", once_per=("key",)),
    Moves(STATEMENTS),
    Moves("contracts_letter.customer_id", once_per=("batch", "currency")),
    Moves(INVOICES),
    Moves("surveys_response.customer_id"),
    Moves("segmentation_tieroverride.customer_id", once_per=(), where="{row}.ended_on IS NULL"),
    Moves("segmentation_keyaccount.customer_id", once_per=(), where="{row}.ended_on IS NULL"),
)

FOLLOWS = (
    Follows("contracts_allocation.customer_id", "contracts_planline", "p.id = t.line_id"),
    Follows("contracts_contractdecision.customer_id", "contracts_contract", "p.id = t.contract_id"),
    Follows("contracts_commitment.customer_id", "contracts_contract", "p.id = t.contract_id"),
    Follows(
        "contracts_commitmentresult.customer_id", "contracts_commitment", "p.id = t.commitment_id"
    ),
    Follows("contracts_extrawork.customer_id", "contracts_contract", "p.id = t.contract_id"),
    Follows("contracts_rebatestep.customer_id", "contracts_contract", "p.id = t.contract_id"),
    Follows("contracts_amendment.customer_id", "contracts_contract", "p.id = t.contract_id"),
    Follows("customers_creditevent.customer_id", "contracts_promise", "p.evidence_id = t.id"),
    Follows("contracts_statementitem.customer_id", "contracts_statement", "p.id = t.statement_id"),
    Follows("contracts_invoiceline.customer_id", "contracts_invoice", "p.id = t.invoice_id"),
    Follows("contracts_paymentnotice.customer_id", "contracts_planline", "p.id = t.line_id"),
    Follows("contracts_interestcharge.customer_id", "contracts_planline", "p.id = t.line_id"),
    Follows("shipments_planstage.customer_id", "shipments_serviceplan", "p.id = t.plan_id"),
    Follows("shipments_plangain.customer_id", "shipments_serviceplan", "p.id = t.plan_id"),
    Follows(
        "engagement_alert.customer_id",
        "contracts_planline",
        "t.kind = 'payment_due' AND p.line_no = t.subject",
    ),
    Follows(
        "engagement_alert.customer_id",
        "surveys_response",
        "t.kind = 'low_score' AND p.response_no = t.subject",
    ),
)

_BY_TRIGGER = "follows its contact by trigger"
_BY_NIGHT = "nightly result: says what the file was that night; the next one knows better"
# What stays where it is, and why.
STAYS = {
    "core_history.customer_id": "the past of a row; pages read that of merged files as well",
    "customers_duplicate.customer_id": "pairs of a merged file are not shown while it is one",
    "customers_duplicate.other_id": "pairs of a merged file are not shown while it is one",
    "customers_merge.customer_id": "the record itself",
    "customers_merge.merged_id": "the record itself",
    "customers_mergedrows.customer_id": "the record itself",
    "customers_moving.customer_id": "empty outside of a statement",
    "api_change.customer_id": "what dispatch was told under that code",
    "customers_filestate.customer_id": "computed from the file, each has its own",
    "customers_searchkey.customer_id": "kept by trigger",
    "customers_poolview.customer_id": "what a person looked at that day",
    "customers_privatedetails.customer_id": _BY_TRIGGER,
    "customers_opening.customer_id": _BY_TRIGGER,
    "customers_erasure.customer_id": _BY_TRIGGER,
    "customers_tie.customer_id": _BY_TRIGGER,
    "customers_acquaintance.customer_id": _BY_TRIGGER,
    "surveys_answer.customer_id": "follows its response by a constraint",
    "shipments_customermonth.customer_id": "sums of waybills, kept by trigger",
    "shipments_lanemonth.customer_id": "sums of waybills, kept by trigger",
    "shipments_pairmonth.customer_id": "sums of waybills, recounted by night",
    "shipments_waybillevent.customer_id": "follows its waybill by trigger",
    "shipments_restatement.customer_id": "what was stated anew of that file; a merge adds its own",
    "shipments_incoming.customer_id": "always empty: the model of a load's table",
    "contracts_ageing.customer_id": "stated anew in the current version",
    "contracts_credit.customer_id": _BY_NIGHT,
    "contracts_creditdue.customer_id": "emptied twice a second",
    "contracts_creditstate.customer_id": "judged anew for both",
    "contracts_creditdecision.customer_id": "what was decided about that file",
    "segmentation_figures.customer_id": _BY_NIGHT,
    "segmentation_classification.customer_id": _BY_NIGHT,
    "segmentation_move.customer_id": _BY_NIGHT,
    "segmentation_rhythm.customer_id": _BY_NIGHT,
    "segmentation_health.customer_id": _BY_NIGHT,
    "segmentation_exposure.customer_id": _BY_NIGHT,
    "segmentation_exposure.lost_partner_id": _BY_NIGHT,
    "segmentation_score.customer_id": _BY_NIGHT,
    "segmentation_customervalue.customer_id": _BY_NIGHT,
    "segmentation_serving.customer_id": _BY_NIGHT,
    "segmentation_losslane.customer_id": _BY_NIGHT,
    "segmentation_simulatedclass.customer_id": "what a draft would do; computed anew at any time",
    "workspace_demonstration.customer_ids": "what the demonstration made",
}
