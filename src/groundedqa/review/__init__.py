"""What a learner remembers: cards, their schedule, and all that was answered."""
