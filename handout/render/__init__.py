"""One handout to HTML, and what that page says."""
