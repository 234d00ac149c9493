"""The command line."""

from groundedqa.cli.commands import main

__all__ = ["main"]
