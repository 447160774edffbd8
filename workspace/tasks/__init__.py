"""What is to be done, by whom: lists, rows and drawers of tasks."""
