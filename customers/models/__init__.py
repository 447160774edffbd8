"""Who our customers are: the file, its people, account numbers, who else may see it."""

from customers.models.contact import Contact
from customers.models.customer import Account, Customer, Share

__all__ = ["Account", "Contact", "Customer", "Share"]
