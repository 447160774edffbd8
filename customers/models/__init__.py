"""Who our customers are: the file, its people, account numbers, credit dossier, files."""

from customers.models.archive import (
    Address,
    Confirmation,
    Division,
    FileStandard,
    FileState,
    Shareholder,
)
from customers.models.attachment import Attachment
from customers.models.contact import Contact
from customers.models.credit import (
    BankAccount,
    BankAccountOpening,
    CreditEvent,
    CreditFact,
    Guarantee,
    Qualification,
    Statement,
)
from customers.models.credit_control import CreditLimitChange, CreditReview, DangerSign
from customers.models.customer import Account, Customer, Share
from customers.models.duplicate import Duplicate
from customers.models.handover import Handover, HandoverItem
from customers.models.lookup import LookUp
from customers.models.merge import Merge, MergedRows
from customers.models.policy import (
    POINT_GROUPS,
    ManagerLevel,
    PolicyDeviation,
    PolicyPoint,
    ServicePolicy,
)
from customers.models.pool import ManagerLimit, PoolEntry, PoolRule, PoolView
from customers.models.private import OPEN_MINUTES, Erasure, Opening, PrivateDetails
from customers.models.prospect import Prospect
from customers.models.ties import Acquaintance, Tie

# What only those read who see the credit; of files it depends on their kind (customers/access.py).
OF_CREDIT = (
    *(BankAccount, BankAccountOpening, CreditEvent, CreditFact, CreditLimitChange, CreditReview),
    *(DangerSign, Guarantee, Qualification, Statement),
)

__all__ = [
    "OF_CREDIT",
    "OPEN_MINUTES",
    "POINT_GROUPS",
    "Account",
    "Acquaintance",
    "Address",
    "Attachment",
    "BankAccount",
    "BankAccountOpening",
    "Confirmation",
    "Contact",
    "CreditEvent",
    "CreditFact",
    "CreditLimitChange",
    "CreditReview",
    "Customer",
    "DangerSign",
    "Division",
    "Duplicate",
    "Erasure",
    "FileStandard",
    "FileState",
    "Guarantee",
    "Handover",
    "HandoverItem",
    "LookUp",
    "ManagerLevel",
    "ManagerLimit",
    "Merge",
    "MergedRows",
    "Opening",
    "PolicyDeviation",
    "PolicyPoint",
    "PoolEntry",
    "PoolRule",
    "PoolView",
    "PrivateDetails",
    "Prospect",
    "Qualification",
    "ServicePolicy",
    "Share",
    "Shareholder",
    "Statement",
    "Tie",
]
