"""What the API tells."""
