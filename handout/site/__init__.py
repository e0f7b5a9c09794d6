"""The web pages: start pages, phone pages, their fonts and pictures."""
