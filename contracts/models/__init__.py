"""What customers owe: contracts, the collection plan, receipts and the ledger between them.

How others read it (figures as at a day D):
- a line exists on D when `issued_on <= D`, its state is not void and it was not written off by D
  (`written_off_on` null or later);
- what was paid of it by D is the sum of its allocations with `allocated_on <= D`, negative rows
  included; `paid` is that sum over all days, kept by a trigger;
- its lateness is measured from `original_due_on`, its age from `due_on`;
- a receipt exists on D when `effective_on <= D` and it was not reversed by D (`reversed_on`).
"""

from contracts.models.cash import BankLine, Payer
from contracts.models.contract import Contract, ContractDecision
from contracts.models.credit_state import (
    REFUSING,
    Credit,
    CreditDecision,
    CreditHold,
    CreditRelease,
    CreditStanding,
    CreditState,
)
from contracts.models.interest import InterestCharge
from contracts.models.invoice import Invoice, InvoiceLine
from contracts.models.ledger import Allocation, Receipt
from contracts.models.letter import Letter, LetterStage, LetterTemplate
from contracts.models.nightly import Ageing, PaymentNotice
from contracts.models.plan import PlanLine
from contracts.models.promise import Promise
from contracts.models.statement import Statement, StatementItem
from contracts.models.terms import (
    Amendment,
    Commitment,
    CommitmentResult,
    ExtraWork,
    RebateStep,
)

__all__ = [
    "REFUSING",
    "Ageing",
    "Allocation",
    "Amendment",
    "BankLine",
    "Commitment",
    "CommitmentResult",
    "Contract",
    "ContractDecision",
    "Credit",
    "CreditDecision",
    "CreditHold",
    "CreditRelease",
    "CreditStanding",
    "CreditState",
    "ExtraWork",
    "InterestCharge",
    "Invoice",
    "InvoiceLine",
    "Letter",
    "LetterStage",
    "LetterTemplate",
    "Payer",
    "PaymentNotice",
    "PlanLine",
    "Promise",
    "RebateStep",
    "Receipt",
    "Statement",
    "StatementItem",
]
