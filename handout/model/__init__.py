"""What the content may say: one module a kind, its texts, and the records of reviews."""
