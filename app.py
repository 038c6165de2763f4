"""The web page: `python app.py my.index`, the same as `underline app my.index`."""

import sys

from qa.cli import main

if __name__ == "__main__":
    main(["app", *sys.argv[1:]])
