"""What a customer is worth, in its file."""
