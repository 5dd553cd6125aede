"""The action ids of the champion's duty: whoever shows a button and whoever hears it share its name.

The value of each is a `ChampionPlace`.
"""

from typing import Final

TERMS: Final = "champion_terms"
WHY: Final = "champion_why"
CALENDAR: Final = "champion_calendar"
MINE: Final = "champion_mine"
SET_UP: Final = "champion_set_up"
JOIN: Final = "champion_join"
DECLINE: Final = "champion_decline"
SIT_OUT: Final = "champion_sit_out"
SWAP: Final = "champion_swap"
COVER: Final = "champion_cover"
STEP_IN: Final = "champion_step_in"
ACCEPT: Final = "champion_accept"
REFUSE: Final = "champion_refuse"
WITHDRAW: Final = "champion_withdraw"
NOTES: Final = "champion_notes"
ACKNOWLEDGE: Final = "champion_acknowledge"
LOOK_BACK: Final = "champion_look_back"
GUIDE: Final = "champion_guide"
SURFACES: Final = "champion_surfaces"
