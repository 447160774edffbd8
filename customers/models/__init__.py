"""Who our customers are: the file, its people, account numbers, credit dossier, files."""

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

__all__ = [
    "Account",
    "Attachment",
    "BankAccount",
    "BankAccountOpening",
    "Contact",
    "CreditEvent",
    "CreditFact",
    "CreditLimitChange",
    "CreditReview",
    "Customer",
    "DangerSign",
    "Guarantee",
    "Qualification",
    "Share",
    "Statement",
]
