"""What authors want to know of their base: what is reached, what is asked, what an edit changes, what is doubtful."""
