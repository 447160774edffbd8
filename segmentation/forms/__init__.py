"""What people type into a rule set: the whole document, or a draft value by value."""
