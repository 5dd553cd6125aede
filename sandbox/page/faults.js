// Faults that the next calls meet, and the other levers of a bad day: one place arms and clears.

import * as api from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import { change, state, toast } from "./store.js";
import { tick } from "./traffic.js";

const NAMES = {
  ratelimited: "429, too many calls",
  http_500: "500, server error",
  http_502: "502, bad gateway",
  http_503: "503, unavailable",
  http_504: "504, gateway timeout",
  slow: "Slow, then a right answer",
  hang: "No answer at all",
  stuck_answer: "Done, but no answer comes",
  lost_answer: "Done, but the answer is lost",
  dropped: "Connection dropped, nothing done",
};
const TAKES_SECONDS = new Set(["slow", "hang", "stuck_answer"]);
const FREQUENT = ["missing_scope", "not_in_channel", "is_archived", "account_inactive", "token_revoked"];

/** The faults that are still to happen. */
export const armed = () => state.lab.levers?.faults ?? [];

/** Let everything work again. */
export async function clearFaults() {
  take(await attempt(api.setFaults({ clear: true })));
}

function take(answer) {
  if (answer) change({ lab: { ...state.lab, levers: { ...state.lab.levers, ...answer } } });
}

const set = (changes) =>
  change({ lab: { ...state.lab, fault: { ...state.lab.fault, ...changes } } });

/** Render the tab. */
export function faultsTab() {
  if (!state.lab.levers) return h("p", { class: "quiet" }, "Reading…");
  return [form(), list(), levers()];
}

function form() {
  const { method, kind, times, seconds } = state.lab.fault;
  const arm = (event) => {
    event.preventDefault();
    armFault();
  };
  return h(
    "form",
    { class: "row", key: "form", on: { submit: arm } },
    choice("Calls of", method, methods(), (value) => set({ method: value })),
    choice("meet", kind, kinds(method), (value) => set({ kind: value })),
    choice("how often", times, [["1", "once"], ["3", "3 times"], ["10", "10 times"], ["", "until cleared"]], (value) =>
      set({ times: value }),
    ),
    TAKES_SECONDS.has(kind) && number("for seconds", seconds, (value) => set({ seconds: value })),
    kind === "ratelimited" && number("retry after seconds", state.lab.fault.retryAfter, (value) => set({ retryAfter: value })),
    h("button", { class: "button primary", key: "arm" }, "Arm"),
  );
}

async function armFault() {
  const { method, kind, times, seconds, retryAfter } = state.lab.fault;
  const wanted = { method, kind, times: times === "" ? null : Number(times) };
  take(await attempt(api.setFaults({ ...wanted, seconds: Number(seconds), retry_after: Number(retryAfter) })));
}

const methods = () => [
  ["*", "any method"],
  ...Object.keys(state.lab.levers.errors).sort().map((name) => [name, name]),
];

function kinds(method) {
  const { levers } = state.lab;
  const own = method === "*" ? Object.values(levers.errors).flat() : levers.errors[method];
  const common = ["response_url", "upload_url"].includes(method) ? [] : levers.common_errors;
  const errors = [...new Set([...own, ...common])].filter((name) => name !== "ratelimited");
  const frequent = FREQUENT.filter((name) => errors.includes(name));
  const rest = errors.filter((name) => !frequent.includes(name)).sort();
  return [...levers.kinds.map((kind) => [kind, NAMES[kind] ?? kind]), ...[...frequent, ...rest].map((n) => [n, n])];
}

function choice(label, value, options, pick) {
  const props = { class: "field", value, "aria-label": label, on: { change: (event) => pick(event.target.value) } };
  const listed = options.map(([each, name]) =>
    h("option", { key: each, value: each, selected: each === value }, name),
  );
  return h(
    "label",
    { class: "lab-field", key: label },
    h("span", { class: "quiet" }, label),
    h("span", { class: "select" }, h("select", props, listed)),
  );
}

function number(label, value, pick) {
  const on = { input: (event) => pick(event.target.value) };
  const props = { class: "field short", type: "number", min: "0", "aria-label": label, value, on };
  return h("label", { class: "lab-field", key: label }, h("span", { class: "quiet" }, label), h("input", props));
}

function list() {
  const faults = armed();
  if (faults.length === 0) {
    return h("p", { class: "quiet", key: "list" }, "Nothing is armed: everything works as it should.");
  }
  return h(
    "div",
    { class: "row", key: "list" },
    h("ul", { class: "armed-list", "aria-label": "Armed faults" }, faults.map((fault, n) => h("li", { key: n }, words(fault)))),
    h("button", { type: "button", class: "button plain", on: { click: clearFaults } }, "Clear all"),
  );
}

function words({ method, kind, times, seconds, retry_after: wait }) {
  const where = method === "*" ? "any method" : method;
  const often = times === null ? "until cleared" : times === 1 ? "once" : `${times} times`;
  const long = TAKES_SECONDS.has(kind) ? `, ${seconds} s` : kind === "ratelimited" ? `, retry after ${wait} s` : "";
  return `${where}: ${NAMES[kind] ?? kind}${long}, ${often}`;
}

function levers() {
  const { rate_limits: limited, last_event: last, transport } = state.lab.levers;
  const limit = async () => {
    const answer = await attempt(api.setRateLimits(!limited));
    if (answer) take({ rate_limits: answer.on });
  };
  const again = async () => {
    if (await attempt(api.redeliver(1))) toast(`Sent again: ${last}`);
  };
  return h(
    "div",
    { class: "row", key: "levers" },
    tick("Count calls in Slack's rate tiers", limited, limit),
    lever("Send the last event again", again, !last, last ?? "No event was sent yet"),
    transport === "socket" && lever("Drop the sockets", () => attempt(api.setConnections("drop"))),
    transport === "socket" && lever("Ask to reconnect", () => attempt(api.setConnections("refresh"))),
  );
}

function lever(label, click, disabled = false, title = null) {
  const props = { type: "button", class: "button plain", key: label, disabled, title };
  return h("button", { ...props, on: { click } }, label);
}
