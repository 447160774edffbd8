"""Who may do what: one table of acts by role, one of readable field classes.

`can` answers for the act; which rows is `visible_to` (403 for the act, 404 for the row).
"""

from enum import StrEnum

from core.fields import FieldClass
from organization.models import OrgUnit, User

Role = User.Role


class Action(StrEnum):
    """Everything that is allowed or refused by role."""

    VIEW_CUSTOMERS = "view_customers"
    EDIT_CUSTOMER = "edit_customer"
    OPEN_RESTRICTED = "open_restricted"
    ANSWER_PERSON = "answer_person"  # who asks for their own details, or to be forgotten
    VIEW_MARGIN = "view_margin"
    VIEW_RECEIVABLES = "view_receivables"
    VIEW_HISTORY = "view_history"
    WRITE_NOTE = "write_note"
    HANDLE_ALERT = "handle_alert"
    HANDLE_TASK = "handle_task"
    RECORD_RECEIPT = "record_receipt"
    MATCH_BANK_LINE = "match_bank_line"
    BILL_CUSTOMER = "bill_customer"
    REQUEST_INVOICE = "request_invoice"
    ISSUE_INVOICE = "issue_invoice"
    EDIT_CONTRACT = "edit_contract"
    DECIDE_CONTRACT = "decide_contract"  # signed, sent back, suspended, terminated
    WRITE_OFF_LINE = "write_off_line"
    DISPUTE_LINE = "dispute_line"
    NOTE_PROMISE = "note_promise"
    WRITE_LETTER = "write_letter"
    APPROVE_INTEREST = "approve_interest"
    HANDLE_COMPLAINT = "handle_complaint"
    EDIT_SERVICE_PLAN = "edit_service_plan"
    ASSIGN_CUSTOMER = "assign_customer"
    VIEW_HANDOVERS = "view_handovers"
    CLAIM_CUSTOMER = "claim_customer"
    VIEW_FILES_AT_RISK = "view_files_at_risk"
    EXPORT = "export"
    IMPORT = "import"
    VIEW_JOBS = "view_jobs"
    EXPLAIN_ACCESS = "explain_access"
    MERGE = "merge"
    UNMERGE = "unmerge"
    LOOK_UP = "look_up"
    ASK_APPROVAL = "ask_approval"
    VIEW_CREDIT = "view_credit"
    EDIT_CREDIT = "edit_credit"
    LOWER_CREDIT_LIMIT = "lower_credit_limit"
    HOLD_CREDIT = "hold_credit"
    KEEP_FILES = "keep_files"
    VIEW_RULES = "view_rules"  # by which customers are classed
    EDIT_RULES = "edit_rules"  # ... and these two `for_the_company`
    DECIDE_RULES = "decide_rules"


_EVERYONE_WITH_CUSTOMERS = {
    Role.ACCOUNT_MANAGER,
    Role.UNIT_MANAGER,
    Role.FINANCE,
    Role.SERVICE_AGENT,
    Role.ANALYST,
}
ROLES_BY_ACTION: dict[Action, set[User.Role]] = {
    Action.VIEW_CUSTOMERS: _EVERYONE_WITH_CUSTOMERS,
    Action.EDIT_CUSTOMER: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER},
    Action.OPEN_RESTRICTED: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER},
    Action.ANSWER_PERSON: {Role.UNIT_MANAGER},
    Action.VIEW_MARGIN: _EVERYONE_WITH_CUSTOMERS - {Role.SERVICE_AGENT},
    Action.VIEW_RECEIVABLES: _EVERYONE_WITH_CUSTOMERS,
    Action.VIEW_HISTORY: {
        Role.ACCOUNT_MANAGER,
        Role.UNIT_MANAGER,
        Role.FINANCE,
        Role.ANALYST,
    },
    Action.WRITE_NOTE: _EVERYONE_WITH_CUSTOMERS - {Role.ANALYST},
    Action.HANDLE_ALERT: _EVERYONE_WITH_CUSTOMERS - {Role.ANALYST},
    Action.HANDLE_TASK: _EVERYONE_WITH_CUSTOMERS - {Role.ANALYST},
    Action.RECORD_RECEIPT: {Role.FINANCE},
    Action.MATCH_BANK_LINE: {Role.FINANCE},
    Action.BILL_CUSTOMER: {Role.UNIT_MANAGER, Role.FINANCE},
    # Asked for, red letters included; finance has it issued.
    Action.REQUEST_INVOICE: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.ISSUE_INVOICE: {Role.FINANCE},
    Action.EDIT_CONTRACT: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER},
    Action.DECIDE_CONTRACT: {Role.UNIT_MANAGER},
    # Asked for; a second person decides.
    Action.WRITE_OFF_LINE: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.DISPUTE_LINE: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.NOTE_PROMISE: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.WRITE_LETTER: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.APPROVE_INTEREST: {Role.UNIT_MANAGER, Role.FINANCE},
    Action.HANDLE_COMPLAINT: _EVERYONE_WITH_CUSTOMERS - {Role.ANALYST},
    Action.EDIT_SERVICE_PLAN: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER},
    Action.ASSIGN_CUSTOMER: {Role.UNIT_MANAGER},
    Action.VIEW_HANDOVERS: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER},
    Action.CLAIM_CUSTOMER: {Role.ACCOUNT_MANAGER},
    Action.VIEW_FILES_AT_RISK: {Role.UNIT_MANAGER},
    Action.EXPORT: {
        Role.ACCOUNT_MANAGER,
        Role.UNIT_MANAGER,
        Role.FINANCE,
        Role.ANALYST,
    },
    # Which kinds of table: workspace/uploads/kinds.py.
    Action.IMPORT: {Role.UNIT_MANAGER, Role.FINANCE, Role.ADMINISTRATOR},
    Action.VIEW_JOBS: {Role.ADMINISTRATOR},
    Action.EXPLAIN_ACCESS: {Role.ADMINISTRATOR},
    Action.MERGE: {Role.UNIT_MANAGER},
    Action.UNMERGE: {Role.ADMINISTRATOR},
    Action.LOOK_UP: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER},
    # Who decides what: limits by level (organization/services/approvals.py).
    Action.ASK_APPROVAL: _EVERYONE_WITH_CUSTOMERS - {Role.ANALYST},
    Action.VIEW_CREDIT: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.EDIT_CREDIT: {Role.ACCOUNT_MANAGER, Role.UNIT_MANAGER, Role.FINANCE},
    Action.LOWER_CREDIT_LIMIT: {Role.UNIT_MANAGER, Role.FINANCE},
    Action.HOLD_CREDIT: {Role.UNIT_MANAGER, Role.FINANCE},
    Action.KEEP_FILES: _EVERYONE_WITH_CUSTOMERS - {Role.ANALYST},
    Action.VIEW_RULES: _EVERYONE_WITH_CUSTOMERS | {Role.ADMINISTRATOR},
    Action.EDIT_RULES: {Role.UNIT_MANAGER, Role.ADMINISTRATOR},
    Action.DECIDE_RULES: {Role.UNIT_MANAGER, Role.ADMINISTRATOR},
}

_SEES_ALL = "_sees_all"
UNIT_ROLES = {Role.UNIT_MANAGER, Role.FINANCE, Role.SERVICE_AGENT, Role.ANALYST, Role.SYSTEM}

_OPEN = {FieldClass.PUBLIC, FieldClass.INTERNAL}
FIELD_CLASSES_BY_ROLE: dict[User.Role, set[FieldClass]] = {
    Role.ACCOUNT_MANAGER: _OPEN | {FieldClass.PERSONAL},
    Role.UNIT_MANAGER: _OPEN | {FieldClass.PERSONAL},
    Role.FINANCE: _OPEN | {FieldClass.PERSONAL},
    Role.SERVICE_AGENT: _OPEN | {FieldClass.PERSONAL},
    Role.ANALYST: set(_OPEN),
    Role.ADMINISTRATOR: set(),
    Role.SYSTEM: set(_OPEN),
}
for _role in ROLES_BY_ACTION[Action.VIEW_CREDIT]:
    FIELD_CLASSES_BY_ROLE[_role].add(FieldClass.CREDIT)


def can(user: User, action: Action) -> bool:
    """Whether the user's role allows the act at all."""
    return user.is_authenticated and user.is_active and user.role in ROLES_BY_ACTION[action]


def for_the_company(user: User, action: Action) -> bool:
    """Whether the user may do it for the whole company: administrators, and who sees all of it."""
    return can(user, action) and (user.is_administrator or sees_all(user))


def may_read(user: User, field_class: FieldClass) -> bool:
    """Whether the user reads fields of this class without opening them one by one."""
    return user.is_active and field_class in FIELD_CLASSES_BY_ROLE[User.Role(user.role)]


def sees_all(user: User) -> bool:
    """Whether the user sees the whole company: a unit role at the only root.

    Asked once for the user as loaded for a request: a page asks for every list it shows.
    """
    known: bool | None = user.__dict__.get(_SEES_ALL)
    if known is None:
        known = user.__dict__[_SEES_ALL] = _stands_at_the_only_root(user)
    return known


def _stands_at_the_only_root(user: User) -> bool:
    unit = user.org_unit
    if (
        not user.is_active
        or user.role not in UNIT_ROLES
        or unit is None
        or unit.parent_id is not None
    ):
        return False
    return not OrgUnit.objects.filter(parent=None).exclude(pk=unit.pk).exists()
