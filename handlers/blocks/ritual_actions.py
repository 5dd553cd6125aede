"""The action ids of rituals: whoever shows a button and whoever hears it share its name.

The value is the id of a round or of a ritual; where more is needed, parts with a bar between them.
"""

from typing import Final

# With a round's id.
ANSWER: Final = "ritual_answer"
RATE_PREFIX: Final = "ritual_rate_"
"""With the rating after it; the value is the round's id and the question's."""
REMIND: Final = "ritual_remind"
CLOSE: Final = "ritual_close"
EXPLAIN_PREFIX: Final = "ritual_explain_"
CONCLUDE: Final = "ritual_conclude"
SETTLE_PREFIX: Final = "ritual_settle_"
NAMES: Final = "ritual_names"

# With a ritual's id.
OPEN: Final = "ritual_open"
SET_UP: Final = "ritual_set_up"
EDIT: Final = "ritual_edit"
PAUSE: Final = "ritual_pause"
RESUME: Final = "ritual_resume"
END: Final = "ritual_end"
COMING: Final = "ritual_coming"
RETIRE: Final = "ritual_retire"
"""The value is the ritual's id and the question's."""
