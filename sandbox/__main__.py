"""`python -m sandbox`: the local Slack with the example company, and the bot in it."""

import sys

from sandbox.demo import main

if __name__ == "__main__":
    sys.exit(main())
