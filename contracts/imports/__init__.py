"""Contracts, plan lines and receipts in (01 §2)."""

from contracts.imports.plan import ContractImport, PlanLineImport
from contracts.imports.receipts import ReceiptImport

__all__ = ["ContractImport", "PlanLineImport", "ReceiptImport"]
