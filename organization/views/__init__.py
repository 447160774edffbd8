"""Sign-in, invitations, a person's own preferences, password, second factor and sessions."""
