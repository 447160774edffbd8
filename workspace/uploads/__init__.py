"""Tables that people upload on the import page: from the file to the rows, by way of a worker."""
