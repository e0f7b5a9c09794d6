"""Data to typed content, or every problem of it at once."""
