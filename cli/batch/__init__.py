"""`lumen batch`, in the order of a list: file, rows, look, sort, submit, manifest; wait, download, export."""
