"""`python -m groundedqa.cli`."""

from groundedqa.cli import main

main()
