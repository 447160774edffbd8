"""What serving customers costs: a section of the file, and a page of all one sees."""
