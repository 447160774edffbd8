"""Keys are made and revoked; answers are kept."""
