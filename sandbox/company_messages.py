"""What the people of the example company have said in the last days."""

from dataclasses import dataclass

from sandbox.wire import Json

ONBOARDING, DRAFTS, SALES = "C0ONBOARD", "C0DRAFTS", "C0SALES"
SUPPORT, GENERAL, RANDOM = "C0SUPPORT", "C0GENERAL", "C0RANDOM"
MAYA, TOM, PRIYA, LUIS = "U0MAYA", "U0TOM", "U0PRIYA", "U0LUIS"
HANNA, SAM, RELEASES = "U0HANNA", "U0SAM", "U0RELEASE"


@dataclass(frozen=True)
class Said:
    """One message as it was typed; `reply_to` is the key of the message it answers.

    `days_ago` counts working days back from the last one before today; `at` is in UTC.
    """

    days_ago: int
    at: str
    channel: str
    user: str
    text: str
    key: str = ""
    reply_to: str = "-"
    blocks: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()


RELEASE_NOTE: tuple[Json, ...] = (
    {
        "type": "header",
        "text": {"type": "plain_text", "text": "App 4.12 is out"},
    },
    {
        "type": "section",
        "text": {
            "type": "mrkdwn",
            "text": "*Photos on invoices*\nAdd a picture of the finished job, from the phone.",
        },
    },
    {"type": "divider"},
    {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": "Released by the build at 12:05"}],
    },
)

LEAFLET: Json = {
    "id": "F0LEAFLET",
    "name": "spring-fair-leaflet.pdf",
    "title": "Spring fair leaflet",
    "mimetype": "application/pdf",
    "filetype": "pdf",
    "size": 184_320,
}

SAID: tuple[Said, ...] = (
    Said(
        3,
        "09:05",
        GENERAL,
        HANNA,
        "Morning all. 41 workshops sent their first invoice last week. "
        "Thank you for every small thing that made that easier.",
    ),
    Said(
        3,
        "09:20",
        GENERAL,
        SAM,
        "The joiner in Leeds sent me a photo of hers pinned over the bench :heart:",
    ),
    Said(3, "10:40", RANDOM, LUIS, "Who left a bike wheel in the meeting room?"),
    Said(3, "10:52", RANDOM, SAM, "It is art now."),
    Said(
        3,
        "11:30",
        ONBOARDING,
        MAYA,
        "Today's numbers: 7 in 10 new workshops sent an invoice on day one. "
        "The step that still stops people is adding the first customer.",
    ),
    Said(3, "12:05", ONBOARDING, RELEASES, "", blocks=RELEASE_NOTE),
    Said(
        3,
        "13:30",
        ONBOARDING,
        SAM,
        'First screen of the new set-up: "Send one real invoice to one real '
        'customer. It takes under fifteen minutes on your phone."',
        key="screen",
    ),
    Said(
        3,
        "13:55",
        ONBOARDING,
        MAYA,
        "One thing at a time, I like it. Can we keep the customer's name on the button?",
        reply_to="screen",
    ),
    Said(3, "14:10", ONBOARDING, SAM, 'Yes: "Send to Ines". Done.', reply_to="screen"),
    Said(
        2,
        "09:15",
        SALES,
        LUIS,
        "Follow-up to Harbour Bikes: we offer 24/7 support, so somebody is "
        "there for you day or night, even in the busy season.",
        key="harbour",
    ),
    Said(
        2,
        "09:28",
        SALES,
        PRIYA,
        "@luis are you sure? We answer within one working day, there is nobody here on a Sunday.",
        reply_to="harbour",
    ),
    Said(
        2,
        "10:50",
        SALES,
        LUIS,
        "Draft for the fair: with Larkfield you are guaranteed to get paid, "
        "and you will never chase a customer again.",
    ),
    Said(
        2,
        "11:45",
        SALES,
        LUIS,
        "Thanks for your time today, Ines. I will call you on Thursday at ten, "
        "and you can send your first invoice before that if you like.",
    ),
    Said(
        2,
        "13:20",
        SUPPORT,
        PRIYA,
        'Reply to a late-payer question: "I have switched on the gentle '
        'reminder for that job. It goes out on Monday, in your words."',
    ),
    Said(
        2,
        "14:15",
        SUPPORT,
        PRIYA,
        "Macro for the help centre: when an invoice is overdue our dunning "
        "starts after 14 days and a final notice follows.",
    ),
    Said(
        2,
        "15:05",
        SUPPORT,
        TOM,
        "Where do people find their export when they leave? PDF and CSV, "
        "under https://larkfield.example/help/export?from=mail&lang=en",
    ),
    Said(
        1,
        "09:10",
        DRAFTS,
        TOM,
        "Settings page copy: each project belongs to one tenant. Invite your "
        "organisation to see all projects & invoices.",
        key="settings",
    ),
    Said(
        1,
        "09:40",
        DRAFTS,
        TOM,
        "Welcome email, take one: Hello and welcome to Larkfield! We are glad "
        "you are here. There is a lot to discover, so have a look around the app.",
    ),
    Said(1, "10:55", DRAFTS, TOM, "", files=(LEAFLET,)),
    Said(
        1,
        "11:50",
        DRAFTS,
        TOM,
        "*Autumn newsletter, draft*\n\n"
        "Our seamless new payments are a revolutionary way to get paid :moneybag:\n\n"
        "• Money from card payments arrives within two working days\n"
        "• The first two months are free, and no card is needed\n\n"
        '> "I used to do this on Sunday nights." (Ines, upholsterer)\n\n'
        "Read more on https://larkfield.example/autumn and tell @hanna what you think in "
        "#marketing-drafts",
    ),
    Said(1, "13:45", DRAFTS, SAM, 'Button under the newsletter: "Send your first invoice today"'),
    Said(
        1,
        "14:30",
        ONBOARDING,
        PRIYA,
        "A new workshop asked today what happens after the two free "
        "months. Do we have a sentence for that?",
    ),
)
