// The strip for developers: the bot's connection, the sandbox's clock, its traffic and a reset.

import * as api from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import * as icons from "./icons.js";
import { change, now, state } from "./store.js";
import { refreshAll } from "./sync.js";
import { clockTime, fullTime } from "./time.js";

const KEPT = 200; // calls that are listed
const HOUR = 3600;

/** Render the strip. */
export function lab() {
  const { open } = state.lab;
  const toggle = () => {
    change({ lab: { ...state.lab, open: !open } });
    if (!open) refreshTraffic();
  };
  const props = {
    type: "button",
    class: "lab-toggle",
    "aria-expanded": String(open),
    "aria-controls": "lab",
  };
  return h(
    "section",
    { class: open ? "lab open" : "lab", "aria-label": "Lab", key: "lab" },
    h(
      "div",
      { class: "lab-line" },
      h("button", { ...props, on: { click: toggle } }, icons.flask(), "Lab"),
      connection(),
      h("span", { class: "now", title: "The sandbox's clock" }, fullTime(now())),
    ),
    open && panel(),
  );
}

function connection() {
  const { connected } = state.world.app;
  const words = connected ? "Bot connected" : "Bot not connected";
  return h("span", { class: connected ? "connection up" : "connection" }, words);
}

function panel() {
  return h(
    "div",
    { class: "lab-panel", id: "lab" },
    h(
      "div",
      { class: "row" },
      h("span", { class: "quiet" }, "Move the clock"),
      advance("+ 1 hour", HOUR),
      advance("+ 1 day", 24 * HOUR),
      advance("+ 1 week", 7 * 24 * HOUR),
      h("button", { type: "button", class: "button danger end", on: { click: askToReset } }, "Reset…"),
    ),
    traffic(),
  );
}

function advance(label, seconds) {
  const click = async () => {
    const answer = await attempt(api.advanceClock(seconds));
    if (answer) await refreshAll();
  };
  return h("button", { type: "button", class: "button plain", on: { click } }, label);
}

function askToReset() {
  const words = (text) => ({ type: "plain_text", text });
  const run = async () => {
    await attempt(api.reset());
    window.location.reload();
  };
  change({
    question: {
      title: words("Start over?"),
      text: words("The example company comes back as it was; everything written here is lost."),
      confirm: words("Start over"),
      deny: words("Cancel"),
      danger: true,
      run,
    },
  });
}

/** Read the calls since the last one that is known, while the panel is open. */
export async function refreshTraffic() {
  if (!state.lab.open) return;
  const known = state.lab.traffic;
  const { entries } = (await attempt(api.readTraffic(known.at(-1)?.n ?? 0))) ?? { entries: [] };
  const fresh = entries.filter((entry) => entry.n > (known.at(-1)?.n ?? 0));
  if (fresh.length === 0) return;
  change({ lab: { ...state.lab, traffic: [...known, ...fresh].slice(-KEPT) } });
}

function traffic() {
  const entries = state.lab.traffic.toReversed();
  if (entries.length === 0) {
    const sentence = "No calls yet: what the app and the workspace say to each other is listed here.";
    return h("p", { class: "quiet" }, sentence);
  }
  return h("ol", { class: "traffic", "aria-label": "Traffic, newest first" }, entries.map(call));
}

function call(entry) {
  const opened = state.lab.shown === entry.n;
  const click = () => change({ lab: { ...state.lab, shown: opened ? null : entry.n } });
  const failed = failure(entry);
  const props = { type: "button", class: failed ? "call failed" : "call", "aria-expanded": String(opened) };
  return h(
    "li",
    { key: entry.n },
    h(
      "button",
      { ...props, on: { click } },
      h("time", null, typeof entry.at === "number" ? clockTime(entry.at) : entry.at),
      h("span", { class: "direction" }, entry.direction === "to_slack" ? "app → Slack" : "Slack → app"),
      h("b", null, entry.name),
      h("span", { class: "outcome" }, failed ?? "ok"),
      h("span", { class: "duration" }, entry.ms === null ? "" : `${Math.round(entry.ms)} ms`),
    ),
    opened && h("pre", { class: "code", tabindex: "0" }, details(entry)),
  );
}

function failure(entry) {
  if (entry.response?.ok === false) return entry.response.error ?? "failed";
  if (typeof entry.status === "number" && entry.status >= 400) return `HTTP ${entry.status}`;
  return null;
}

function details({ request, response }) {
  return `request ${JSON.stringify(request, null, 2)}\n\nresponse ${JSON.stringify(response, null, 2)}`;
}
