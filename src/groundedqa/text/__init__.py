"""Text as everything above reads it: without Markdown's marks, as words and stems, numbers, dates and opposites."""
