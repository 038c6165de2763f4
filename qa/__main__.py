"""`python -m qa` is the command `underline`."""

from qa.cli import main

main()
