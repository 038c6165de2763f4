"""Speed and quality beside other systems and published figures; see README.md."""
