"""Staging to output, whole or not at all."""
