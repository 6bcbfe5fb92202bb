"""Runs the command as `python -m jumelage.node.cli`."""

from jumelage.node.cli import main

main()
