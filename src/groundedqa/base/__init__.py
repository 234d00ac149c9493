"""What authors write: pages of concepts, claims with evidence and sources, read with their places."""
