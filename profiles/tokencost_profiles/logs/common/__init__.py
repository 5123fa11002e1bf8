"""What several formats of logs share."""
