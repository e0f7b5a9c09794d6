"""Errors: why a page could not become a PDF."""

from handout.base.diagnostics import HandoutError


class TypesetError(HandoutError):
    """WeasyPrint reported something that would degrade the page."""


class TaggingError(TypesetError):
    """The page holds what PDF/UA-1 or a program that fills in forms cannot take."""
