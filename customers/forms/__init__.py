"""What people may change in a customer's file by hand."""

from customers.forms.file import CustomerForm, NewCustomerForm
from customers.forms.rows import AddressForm, ShareholderForm, SourceForm

__all__ = ["AddressForm", "CustomerForm", "NewCustomerForm", "ShareholderForm", "SourceForm"]
