"""What people may change in a customer's file by hand."""

from customers.forms.file import CustomerForm, NewCustomerForm

__all__ = ["CustomerForm", "NewCustomerForm"]
