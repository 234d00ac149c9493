"""Ask a concept base and get its claims, quoted word for word."""

__version__ = "0.1.0"
