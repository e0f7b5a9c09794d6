"""The ground that every room stands on: diagnostics, files, paths."""
