"""Answers made of verified quotes, or an honest abstention."""
