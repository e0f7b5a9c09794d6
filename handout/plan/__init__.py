"""Content to the handouts to make, and one operator's guide with its differences applied."""
