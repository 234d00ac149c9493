"""How well questions are answered: gold cases, and what they say of the code that answers learners."""
