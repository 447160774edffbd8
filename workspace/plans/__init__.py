"""A customer's service plan: its stages as agreed and as measured, its versions, the form."""
