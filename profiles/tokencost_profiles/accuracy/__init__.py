"""Our counts compared with billed counts, and calibrations fitted to the difference."""
