"""What each part of the context costs, by cause and by content; both sum to the bill."""
