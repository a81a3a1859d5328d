"""`python -m podtool`, and what the `podtool` script calls."""

from podtool.cli import main

if __name__ == "__main__":
    main()
