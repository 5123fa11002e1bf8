"""From bytes to calls: formats of logs, and what reads them."""
