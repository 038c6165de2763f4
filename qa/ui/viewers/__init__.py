"""How a document is shown: as a plain text, by its blocks, or as the pages of its file; pure."""
