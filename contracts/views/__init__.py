"""Pages and drawers of contracts, open lines and receipts."""
