"""What changed between two estimates or profiles, why, and whether that is allowed."""
