"""Many patients together: one observation a case, survival, swimmer rows, distributions, and their tables.

Pure: nothing here knows of a database or of a page. `observe` makes the row of a case from its history; `Columns` holds
the rows of many cases.
"""
