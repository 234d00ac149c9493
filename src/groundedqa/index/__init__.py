"""Passages made searchable: an encoder, a dense and a lexical index, kept as versions in a store."""
