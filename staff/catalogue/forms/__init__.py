"""The forms of the catalogue: one for each of its tables, and one to paste ZIPs."""
