"""How the bundled reader was made: commands in README.md, data in docs/develop/training.md."""
