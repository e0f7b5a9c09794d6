"""The live preview: a local page that follows every change of a file."""
