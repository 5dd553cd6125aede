// Times as the acting member's clock shows them.

import { member, state } from "./store.js";

function format(seconds, options) {
  const timeZone = member(state.me).tz || undefined;
  return new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(new Date(seconds * 1000));
}

export const clockTime = (seconds) => format(seconds, { hour: "2-digit", minute: "2-digit" });

export const fullTime = (seconds) =>
  format(seconds, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });

const longDay = (seconds) => format(seconds, { weekday: "long", day: "numeric", month: "long" });

/** The day's heading in a message list: Today, Yesterday or a date. */
export function dayName(seconds, now) {
  const day = longDay(seconds);
  if (Math.abs(now - seconds) < 3 * 86400) {
    if (day === longDay(now)) return "Today";
    if (day === longDay(now - 86400)) return "Yesterday";
  }
  return day;
}

const DATE_TOKENS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { day: "numeric", month: "long", year: "numeric" },
  date_short: { day: "numeric", month: "short", year: "numeric" },
  date_long: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date_pretty: { day: "numeric", month: "long", year: "numeric" },
  date_short_pretty: { day: "numeric", month: "short", year: "numeric" },
  date_long_pretty: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

/** Fill Slack's date template, as in "{date_short} at {time}"; unknown tokens stay. */
export function fillDate(seconds, template) {
  return template.replace(/\{(\w+)\}/g, (whole, token) =>
    token in DATE_TOKENS ? format(seconds, DATE_TOKENS[token]) : whole,
  );
}
