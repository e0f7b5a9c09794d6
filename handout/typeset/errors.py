"""Errors: why a page could not become a PDF."""

from handout.base.diagnostics import HandoutError


class TypesetError(HandoutError):
    """WeasyPrint warned of something, or the page holds what PDF/UA-1 or a program that fills in forms cannot take."""
