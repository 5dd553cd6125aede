"""`python -m bot` is `coherence`."""

from bot.cli import main

if __name__ == "__main__":
    main()
