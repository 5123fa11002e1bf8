"""What-if changes: one file each, with a `CHANGE`. What several of them share lies beside."""
