"""Everyday English in which words that products list as terms mean something else."""

import re
from functools import lru_cache
from typing import Final

# `word = expression; …`: fixed expressions, `#` standing for the word (a plural `s` or `es` may follow).
# `word ~ word …`: words that, in the same sentence, point at the everyday thing.
_TABLE: Final = """
account = into #; on # of; on no #; by all #; bank #; call to #; give an # of; #ed for; #ing for
action = in #; call to #; (?:take|takes|took|taking) #; # items?; legal #; course of #
agent = (?:double|secret|change) #
agent = (?:estate|travel|cleaning|insurance|letting) #; free #
asset = real #; # and liabilities
balance = work[ -]life #; # of power; off #; on #; lost (?:his|her|their|my) #
bar = # of (?:soap|chocolate|gold); (?:chocolate|snack|wine|menu|task|side|tool|status) ?#
basket ~ picnic wicker laundry kitten
batch ~ baked cookies bread brewed beer oven
board = on #; across the #; # members?; # meetings?; # of directors; notice #; # games?; above #
board ~ chess surf directors chairman chalk skate plywood ferry
box = inbox; letter #; (?:outside|tick|ticks) the #; cardboard #; post #
box ~ cardboard chocolates boxing ring
branch = (?:feature|release|git|olive|hotfix) #
branch ~ git merged commit rebase tree trees bird nest twig
bug = (?:stomach|travel|june) #
card = business #; (?:birthday|christmas|greeting|playing|credit|debit|id|gift) #; on the #
card ~ birthday poker deck envelope christmas
cart = golf #; apple #; tea #
case = in #; in any #; in this #; in that #; in which #; just in #; in your #; in our #; use #
case = (?:worst|best|upper|lower|edge) #; is the #; was the #; not the #; make the #; # stud(?:y|ies)
cell = (?:stem|blood|brain|prison|police|fuel) #; # phones?
cell ~ prison prisoner jail microscope biology
channel = english #; tv #; # tunnel
channel ~ ferry swim tunnel television
charge = in #; free of #; (?:take|takes|took|taking) #; person in #
chart = flip #; off the #; birth #
class = (?:first|second|world|business|middle|working)[ -]#
client = e?-?mail #; ftp #; git #
client ~ lawyer solicitor barrister therapist imap smtp
code = dress #; post(?:al)? #; zip #; area #; # of (?:conduct|practice); source #
consult = (?:please|always|to|should|must) #; # (?:your|a|an|the)
container = (?:shipping|plastic|food|glass|airtight) #
container ~ ship cargo lid
content = table of #; quite #; perfectly #
contract = employment #; social #; rental #
course = of #; in due #; main #; golf #; in the # of; off #; on #; (?:crash|obstacle) #
course ~ golf dessert
cover = # letter; album #; under #; take #
customer = # service
deal = (?:great|good) # of; no big #; big #; # with
desk = front #; standing #; writing #
device = own #; literary #; medical #
dock = in the #; loading #; ferry #; cruise #
dock ~ ship ferry harbour boat
doctor = (?:tree|witch|plague|script) #
doctor = # who; spin #; witch #; # of (?:philosophy|law|science|letters)
document = identity #; travel #
draft = cold #; # (?:beer|ale)
engagement = (?:their|his|her|our|my) #; # ring; # party; public #; speaking #
engagement ~ fiancé fiancée wedding ring
entry = no #; # fee; # level; port of #; data #; free #
environment = the #; natural #; good for the #; work(?:ing)? #
event = in any #; in the # (?:of|that); at all #; current #; # of (?:the|last|this) (?:week|day|year)
feed = # (?:your|her|his|them); chicken #
field = in the #; football #; magnetic #; playing #; # of (?:view|wheat|corn|study|research); # trip
field ~ football farm farmer crops wheat cows sheep meadow tractor
file = single #; nail #; rank and #; # (?:a|for) (?:complaint|claim|lawsuit|bankruptcy|patent)
file = # cabinet
filter = (?:coffee|water|air|oil) #
fleet ~ navy warships fishing
folder = (?:cardboard|paper|plastic|ring|leather) #
folder ~ cardboard paperclip stapler briefcase drawer shelf
form = in the # of; in good #; in top #; take #; true to #; life #; application #; in any #; # of
frame = (?:picture|photo|window|door|time) #; # of (?:mind|reference)
frame ~ picture painting window wall
goal = own #; penalty #; scored? (?:a|the|an|two|three) #
goal ~ football goalkeeper penalty referee striker
group = age #; ethnic #; blood #; focus #; peer #
guest = be my #; wedding #; dinner #; # speaker; # house; # room
guest ~ wedding hotel podcast
host = # (?:a|an|the) (?:party|dinner|event); dinner #
hub = (?:wheel|usb|transport) #
instance = (?:an|another|one|single|rare|isolated|every) # of; # of (?:this|that); at the # of; in one #
instance = for #; in this #; in that #; in the first #; in (?:many|some|most|several|both|such) #; first #
instance ~ court judge tribunal
interest = conflict of #; vested #; public #; special #; with #; (?:show|lost|lose|take an) #
interest = of #; in the # of; (?:your|our|their|its|his|her|my) (?:own |best )?# (?:in|at)?; # in
issue = at #; take # with; (?:latest|current|special|spring|summer|autumn|winter|march) # of; back #
issue ~ magazine newsstand subscription printed
item = news #; agenda #
job = good #; great #; nice #; well done #; odd #; # interviews?; # offers?; # titles?; day #; dream #
job = (?:full|part)[ -]time #; # centre; # ads?; lost (?:his|her|their|my) #
job ~ salary cv employer unemployed vacancy candidate recruiter
key = # (?:question|point|reason); low[ -]#; house #
lead = # (?:us|you|them|the way|by example); (?:will|can|could|may|might|would) #; dog #
lead = in the #; (?:take|takes|took) the #; # to; # times?; # singer; # author; # role; (?:team|tech) #
lead ~ polls election league marathon
lead ~ pipe pipes paint leash collar metal poisoning
lease = new # (?:of|on) life; flat #; house #; office #
lease ~ flat apartment landlord premises
licence = (?:driving|dog|tv|marriage|fishing) #; (?:poetic|artistic) #
license = (?:driving|driver's|marriage|fishing) #; (?:poetic|artistic) #
list = (?:shopping|wish|guest|to-do|waiting|mailing|packing|bucket) #; # of
machine = (?:washing|coffee|vending|sewing|fax|answering|espresso|ticket|time) #; # learning
member = # of (?:parliament|staff|the public|the family|the jury|the press)
member = (?:family|cast|crew|board|band|council|faculty|staff) #; # states?
menu = (?:lunch|dinner|dessert|tasting|canteen|children's) #
menu ~ restaurant canteen chef waiter soup dessert
model = role #; fashion #; scale #; # citizen; # railway
model ~ catwalk
note = take #; takes #; took #; of #; on a (?:\\w+ )?#; bank#; musical #; sticky #; please #; # that
note = side #; thank[ -]you #; sick #; worth #
object = # to; no #; # lesson; money is no #
order = in #; in # to; out of #; in (?:alphabetical|short|working|good|any|this|random|reverse) #
order = the # of; law and #; last #; court #; tall #; # of magnitude; standing #; pecking #
order ~ restaurant waiter waitress pizza judge
organisation = non-profit #; charitable #; world health #
organization = non-profit #; charitable #; world health #
outlet = (?:power|electrical|wall|electric|mains|news|media|creative) #
outlet ~ plug socket charger voltage
package = # (?:holiday|tour|deal); pay #
package = (?:npm|python|benefits|salary|relief) #
package ~ postman doorstep holiday
page = on the same #; front #; turn the #; yellow #; title #
parcel ~ postman doorstep neighbour
party = third[ -]#; (?:birthday|political|dinner|labour|green|christmas|garden|wedding|leaving) #
party ~ birthday election parliament cake balloons
pass = mountain #; boarding #; # (?:away|it on|this on|them on)
patient = (?:be|been|being|is|are|was|were|very|so|too|more|most|stay|remain|really|quite) #; # enough
patient = (?:extremely|incredibly|endlessly|infinitely) #
permission = planning #; with (?:your|her|his|their) (?:kind )?#; ask(?:ed|ing|s)? (?:for )?#
pipeline = (?:gas|oil|water) #
pipeline ~ gas oil leak
plan = # to; # on; # ahead; # b; floor #; lesson #; business #; change of #; no # to; pension #
plastic ~ cups bottles bags recycling ocean
platform = (?:train|railway|station|diving|oil|viewing) #; # \\d+; # shoes
platform ~ train trains station railway tram underground commuters diving
point = at (?:this|that|some|one|any|which) #; # of view; # out; to the #; beside the #; no # in; # of
point = (?:starting|turning|boiling|bullet|vantage|pressure|exclamation) #; good #; case in #; # in
policy = insurance #; foreign #; public #; best #
policy ~ government minister insurance
pool = swimming #; car ?#; # table; paddling #
post = by #; in the #; (?:goal|lamp|fence) ?#; # (?:office|code|box)
post ~ postman stamp letterbox goalkeeper fence
product = # of; end #; dairy #; by-#; waste #; cleaning #; beauty #
program = (?:tv|theatre|radio|space|concert) #
programme = (?:tv|theatre|radio|space|concert) #
project = (?:school|housing|art|diy|side|science|knitting) #; manhattan #
property = intellectual #; lost #; private #; # of
property ~ estate mortgage
protocol = (?:diplomatic|royal|court|safety|health|emergency|medical|network|internet|http) #
protocol = # (?:officer|stack)
protocol ~ embassy diplomat ambassador ceremony palace laboratory vaccine clinical tcp http https ftp
provider = (?:childcare|health ?care|internet|energy) #
provider = (?:broadband|mobile|phone|network|hosting|cloud|email|e-mail|payment|electricity|insurance) #
queue = in (?:the|a) #; (?:join|jump|skip) the #; # up
queue ~ supermarket bakery checkout museum toilets
record = for the #; on #; off the #; (?:world|track|criminal|medical) #; # (?:store|label|player|high|low)
record = (?:break|breaks|broke|set) (?:the|a) #; keep (?:a )?# of
record ~ vinyl turntable olympic guinness marathon
report = # to; (?:will|to|must|can|should|please) #; (?:weather|police|school|news) #; # that; # directly
repository = (?:git|github|code|source|nuclear waste) #
repository ~ git github commit archive cathedral
resource = human #; natural #; last #
role = # models?; leading #; title #; (?:play|plays|played|playing) (?:a|an|the) (?:\\w+ )?#; # in
role ~ actor actress film theatre
room = # for; # to; make #; (?:meeting|living|dining|waiting|bed|bath|class|conference|hotel) ?#
round = all[ -]#; (?:seed|funding) #
score = film #; settle (?:a|the|old) #; final #; half-time #
score ~ football orchestra violin referee
seat = (?:window|aisle|back|front|driver's|passenger|car|hot|love|toilet|child|bike|front[ -]row) #
seat = # ?belts?; # at the (?:\\w+ )?table; edge of (?:your|my|her|his|their|our) #; county #
seat = (?:take|takes|took|taking|have|grab|save|saved|find|found) (?:a|your|his|her|their|my|our) #
seat ~ room chair chairs table train plane bus cushion theatre theater cinema sofa bench stadium hall
seat ~ row flight airline restaurant saddle concert church tram taxi parliament canteen auditorium
section = (?:rhythm|string|brass|wind|cross)[ -]#
server ~ restaurant waiter bartender volleyball
service = at your #; of #; # (?:charge|station); out of #; customer #; health #; room #
service = (?:church|memorial|funeral|military|civil|secret|national|lip|train|bus|postal|emergency) #
serving = (?:is|are|was|were|be|been|by|for|keep|keeps|start|starts) #; # (?:the|you|our|your|as|dish)
session = (?:jam|recording|therapy|training|photo) #; in #
set = # of; # up; # aside; all #; (?:tv|chess|tea|film) #; # (?:to|the|in|a|foot|out)
sheet = bed #; balance #; spread#; # music; # of paper
shift = (?:paradigm|culture|gear) #; # (?:focus|gears|towards?)
site = (?:building|construction|camping|landing|burial|heritage) #; on[ -]#; off[ -]#; # of
site = (?:web|internet|mirror|staging|intranet|fan|news|dating|camp|nesting|dig) ?#
site ~ browser http dns
site ~ archaeological excavation scaffolding bricklayer
source = open[ -]#; # of; # code
space = outer #; parking #; personal #; green #; # (?:station|bar|to); white #; floor #; storage #
space ~ rocket astronaut orbit planets parking
stack = # of; hay#; tech #; chimney #
stack ~ pancakes hay bricks
staff = chief of #; # room
stage = at this #; on #; (?:early|late)[ -]#; # fright; main #
stage ~ theatre theater actors festival band concert
statement = (?:make|makes|made|making) a #; bank #; mission #; press #
station = (?:train|bus|police|fire|radio|petrol|railway|space|polling|power|weather|tube|metro) #
store = # (?:your|it|them); (?:app|play) #
student = phd #; exchange #
subscriber = newspaper #
subscription = (?:magazine|newspaper|gym) #
system = (?:solar|immune|nervous|digestive|school|legal|health|railway|education|political|heating) #
table = # (?:tennis|of contents); on the #; at the #; (?:turn|turned) the #; around the #; under the #
table = (?:dinner|kitchen|coffee|dining|picnic|round|bedside|restaurant|wooden|corner|periodic) #
table ~ chairs restaurant tablecloth cutlery
tablet = (?:stone|clay|android) #
tag = price #; name #; luggage #; # along
task = # force; to #; no easy #; thankless #
team = # up; football #; rowing #
tenant = (?:sitting|council|housing|flat|previous) #; # (?:upstairs|downstairs|next door|association)
tenant = # farmers?; (?:multi|single|cross)-#; # and landlords?; landlords? and #; # rights; #'s? union
tenant ~ flat landlord landlady rent rented apartment eviction evicted flatmate council letting
thread = sewing #
ticket = (?:train|bus|plane|concert|lottery|parking|theatre|season|return|speeding|cinema|raffle) #
ticket = # (?:office|inspector|machine|barrier); just the #
ticket ~ train concert theatre cinema plane lottery parking festival museum airport tram raffle
tier = (?:cake|wedding) #; #s? of the cake
tier ~ cake stadium
tip = # of the (?:iceberg|tongue); (?:asparagus|finger|wing)[ -]?#; # over
token = by the same #; # (?:gesture|effort); as a # of; # of (?:thanks|appreciation|gratitude)
tool = (?:garden|gardening|hand|power) #; # ?(?:box|shed|belt); down(?:ed)? #
tool ~ hammer screwdriver spanner shed
track = on #; off the beaten #; (?:keep|keeps|kept|keeping|lose|lost) # of; # record; race#; right #
track ~ athletics railway runners stadium album
trial = (?:court|jury|clinical|murder|criminal) #; # and error; on #
trip = ego #; guilt #; # (?:over|up)
unit = (?:family|kitchen|army|intensive care|shelving|storage) #; # tests?; # of
user = # ?names?; drug #; wheelchair #; road #
vault = pole #; bank #; burial #
vault ~ gymnastics church cathedral athletics
vehicle = motor #; emergency #; # for
view = point of #; in # of; in my #; in our #; sea #; on #; # (?:of|from); with a # to; world #
view ~ window balcony hotel mountain
visitor = # (?:centre|center|parking)
volume = # of; turn(?:ed)? (?:up|down) the #; at full #; sales #
volume ~ radio speaker loudspeaker encyclopedia
wallet = leather #
wallet ~ pocket leather keys thief handbag purse trousers
ward = hospital #; # off
wave = heat #; radio #; # (?:at|to|goodbye)
window = (?:shop|kitchen|bedroom|car|bathroom) #; # (?:seat|sill|cleaner|shopping)
wizard = # of oz
worker = (?:social|aid|miracle|web|background) #
worker ~ celery thread redis
"""
_WINDOW: Final = 30


def has_everyday_sense(before: str, phrase: str, after: str) -> bool:
    """Say whether a listed term stands in a fixed expression, or near words that give it another sense.

    All three are folded and together make up the sentence.
    """
    for word in _singulars(phrase):
        fixed, near = _senses(word)
        if near.search(before) or near.search(after) or _is_inside(fixed, before, phrase, after):
            return True
    return False


def _is_inside(fixed: re.Pattern[str], before: str, phrase: str, after: str) -> bool:
    lead = before[-_WINDOW:]
    around = f"{lead}{phrase}{after[:_WINDOW]}"
    start, end = len(lead), len(lead) + len(phrase)
    return any(m.start() <= start and end <= m.end() for m in fixed.finditer(around))


def _singulars(phrase: str) -> list[str]:
    endings = (("", ""), ("s", ""), ("es", ""), ("ies", "y"))
    return [phrase.removesuffix(old) + new for old, new in endings if phrase.endswith(old)]


@lru_cache(maxsize=512)
def _senses(word: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Compile what the table has on a word; patterns that match nothing where it has none."""
    fixed, near = _table()
    forms = rf"{re.escape(word)}(?:e?s)?" if not word.endswith("y") else rf"{word[:-1]}(?:y|ies)"
    expressions = [e.replace("#", forms) for e in fixed.get(word, ())]
    return _any_of(expressions), _any_of(near.get(word, ()))


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    fixed: dict[str, list[str]] = {}
    near: dict[str, list[str]] = {}
    for line in _TABLE.strip().splitlines():
        word, kind, rest = line.split(" ", 2)
        if kind == "=":
            fixed.setdefault(word, []).extend(part.strip() for part in rest.split(";"))
        else:
            near.setdefault(word, []).extend(rest.split())
    return fixed, near


def _any_of(alternatives: list[str] | tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b" if alternatives else r"(?!)")
