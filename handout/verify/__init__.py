"""The PDF is what the page says. Knows nothing of how it was made."""
