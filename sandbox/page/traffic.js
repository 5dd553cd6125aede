// The traffic inspector: what the app and the workspace said to each other, newest first.

import * as api from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import { change, state } from "./store.js";
import { clockTime } from "./time.js";

const KEPT = 500; // calls that are listed

const set = (changes) => change({ lab: { ...state.lab, ...changes } });

/** Render the inspector. */
export function trafficTab() {
  const { traffic, filter, errorsOnly } = state.lab;
  const found = traffic.filter((entry) => isWanted(entry, filter, errorsOnly)).toReversed();
  return [tools(found.length), list(found)];
}

function tools(count) {
  const { traffic, filter, errorsOnly, paused } = state.lab;
  const search = {
    class: "field lab-search",
    type: "search",
    placeholder: "Filter by method, error or content",
    "aria-label": "Filter calls",
    value: filter,
    on: { input: (event) => set({ filter: event.target.value }) },
  };
  const pause = () => {
    set({ paused: !paused });
    if (paused) refreshTraffic();
  };
  const props = { type: "button", class: "button plain", "aria-pressed": String(paused) };
  return h(
    "div",
    { class: "row", key: "tools" },
    h("input", search),
    tick("Errors only", errorsOnly, () => set({ errorsOnly: !errorsOnly })),
    h("button", { ...props, on: { click: pause } }, paused ? "Go on" : "Pause"),
    h("span", { class: "quiet", role: "status" }, summary(count, traffic.length, paused)),
  );
}

function summary(count, total, paused) {
  const shown = count === total ? `${total} calls` : `${count} of ${total} calls`;
  return paused ? `${shown}, paused` : shown;
}

/** A labelled tick box. */
export function tick(label, checked, toggle, more = {}) {
  return h(
    "label",
    { class: "choice", key: label },
    h("input", { type: "checkbox", checked, ...more, on: { change: toggle } }),
    h("span", null, label),
  );
}

function isWanted(entry, filter, errorsOnly) {
  if (errorsOnly && !failure(entry)) return false;
  const wanted = filter.trim().toLowerCase();
  if (!wanted) return true;
  const { name, status, request, response } = entry;
  return JSON.stringify([name, status, request, response]).toLowerCase().includes(wanted);
}

/** Read the calls since the last one that is known. */
export async function refreshTraffic() {
  const known = state.lab.traffic.at(-1)?.n ?? 0;
  const { entries } = (await attempt(api.readTraffic(known))) ?? { entries: [] };
  const fresh = entries.filter((entry) => entry.n > (state.lab.traffic.at(-1)?.n ?? 0));
  if (fresh.length > 0) set({ traffic: [...state.lab.traffic, ...fresh].slice(-KEPT) });
}

function list(entries) {
  if (state.lab.traffic.length === 0) {
    const sentence = "No calls yet: what the app and the workspace say to each other is listed here.";
    return h("p", { class: "quiet", key: "none" }, sentence);
  }
  if (entries.length === 0) return h("p", { class: "quiet", key: "none" }, "No call fits the filter.");
  return h("ol", { class: "traffic", key: "list", "aria-label": "Traffic, newest first" }, entries.map(call));
}

function call(entry) {
  const opened = state.lab.shown === entry.n;
  const click = () => set({ shown: opened ? null : entry.n });
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
      h("span", { class: "outcome" }, failed ?? outcome(entry)),
      h("span", { class: "duration" }, entry.ms === null ? "" : `${Math.round(entry.ms)} ms`),
    ),
    opened && h("pre", { class: "code", tabindex: "0" }, details(entry)),
  );
}

const outcome = ({ status }) => (typeof status === "number" ? `${status} ok` : status);

function failure(entry) {
  const { response, status } = entry;
  if (response?.ok === false) return `${status} ${response.error ?? "failed"}`;
  if (typeof status === "number" && status >= 300) return `HTTP ${status}`;
  return status === "no ack" || status === "no answer" ? status : null;
}

function details({ request, response }) {
  return `request ${JSON.stringify(request, null, 2)}\n\nresponse ${JSON.stringify(response, null, 2)}`;
}
