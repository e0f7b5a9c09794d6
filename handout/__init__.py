"""From YAML content to verified, printable, bilingual PDF handouts."""

__version__ = "0.1.0"
