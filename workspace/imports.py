"""Every KIND that can be imported (01 §2), in the order in which they depend on each other."""

from contracts.imports import ContractImport, PlanLineImport, ReceiptImport
from core.tables.importer import ImportHandler
from customers.imports import AccountImport, ContactImport, CustomerImport
from engagement.imports import NoteImport
from organization.imports import OrgUnitImport, UserImport
from shipments.imports import WaybillImport
from surveys.imports import SurveyResponseImport

IMPORTS: dict[str, type[ImportHandler]] = {
    "org_units": OrgUnitImport,
    "users": UserImport,
    "customers": CustomerImport,
    "contacts": ContactImport,
    "accounts": AccountImport,
    "contracts": ContractImport,
    "plan_lines": PlanLineImport,
    "receipts": ReceiptImport,
    "waybills": WaybillImport,
    "notes": NoteImport,
    "survey_responses": SurveyResponseImport,
}
