"""A folder of reports: one self-contained page a recording, an index, a table."""
