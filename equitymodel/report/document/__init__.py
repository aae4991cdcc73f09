"""What a document says, whatever its format: blocks that every writer knows."""
