// The emoji that bots and people use most, by Slack's shortcodes; others stay as typed.

const EMOJI = new Map(
  Object.entries({
    "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", wave: "👋", clap: "👏", pray: "🙏",
    raised_hands: "🙌", ok_hand: "👌", point_right: "👉", point_up: "☝️", muscle: "💪", eyes: "👀",
    smile: "😄", slightly_smiling_face: "🙂", grin: "😁", joy: "😂", wink: "😉", blush: "😊",
    thinking_face: "🤔", sweat_smile: "😅", cry: "😢", heart: "❤️", green_heart: "💚", blue_heart: "💙",
    tada: "🎉", sparkles: "✨", star: "⭐", fire: "🔥", rocket: "🚀", trophy: "🏆", gift: "🎁",
    white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌",
    warning: "⚠️", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑", question: "❓",
    exclamation: "❗", information_source: "ℹ️", bulb: "💡", mag: "🔍", memo: "📝", pencil: "📝",
    pencil2: "✏️", book: "📖", books: "📚", bookmark: "🔖", scroll: "📜", page_facing_up: "📄",
    clipboard: "📋", pushpin: "📌", link: "🔗", speech_balloon: "💬", mega: "📣", loudspeaker: "📢",
    bell: "🔔", no_bell: "🔕", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", clock1: "🕐",
    alarm_clock: "⏰", hourglass: "⌛", hourglass_flowing_sand: "⏳", stopwatch: "⏱️",
    arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", repeat: "🔁",
    arrows_counterclockwise: "🔄", twisted_rightwards_arrows: "🔀", lock: "🔒", unlock: "🔓", key: "🔑",
    gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", package: "📦", chart_with_upwards_trend: "📈",
    chart_with_downwards_trend: "📉", bar_chart: "📊", dart: "🎯", compass: "🧭", world_map: "🗺️",
    moneybag: "💰", credit_card: "💳", receipt: "🧾", email: "📧", envelope: "✉️", phone: "☎️", bike: "🚲",
    bug: "🐛", art: "🎨", 100: "💯", heavy_plus_sign: "➕", sob: "😭", relieved: "😌", cake: "🍰",
    seedling: "🌱", herb: "🌿", sunny: "☀️", cloud: "☁️", rainbow: "🌈", ocean: "🌊", coffee: "☕",
    house: "🏠", handshake: "🤝", busts_in_silhouette: "👥", bust_in_silhouette: "👤", robot_face: "🤖",
    red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
    large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", large_yellow_square: "🟨",
    large_green_square: "🟩", large_red_square: "🟥", small_blue_diamond: "🔹", small_orange_diamond: "🔸",
    one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", crown: "👑", zap: "⚡", sos: "🆘",
    thread: "🧵", bricks: "🧱", triangular_flag_on_post: "🚩", checkered_flag: "🏁", wastebasket: "🗑️",
  }),
);

/** The character for a shortcode's name, or the shortcode as it was typed. */
export function emoji(name) {
  return EMOJI.get(name.split("::")[0]) ?? `:${name}:`;
}

/** Replace the shortcodes that are known. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI.get(name) ?? whole);
}
