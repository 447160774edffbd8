"""Getting the money in: promises to pay, who is to be called next, statements of account."""
