"""`python -m contactline` is the command."""

from contactline.cli import main

main()
