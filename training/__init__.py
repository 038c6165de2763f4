"""How the bundled reader was made. See README.md for the commands, data and figures."""
