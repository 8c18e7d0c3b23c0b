"""Files to syntax: walks a tree, decodes, parses, and says what it skipped. Nothing read here is ever run."""
