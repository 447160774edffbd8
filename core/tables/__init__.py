"""Tables in and out: CSV and XLSX files, column schemas, imports and exports. Knows nothing of CRM.

read.py opens a file and yields its rows as text, fields.py says what a cell may hold,
schema.py maps a header onto columns, importer.py drives a file into the database in one
transaction, write.py writes CSV, JSON and XLSX that can be read back unchanged.
"""
