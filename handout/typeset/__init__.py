"""HTML to a tagged PDF with WeasyPrint."""
