"""Tables that are published, one file a table: records in, tidy rows out."""
