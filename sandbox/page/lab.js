// The strip for developers: the bot's connection, the sandbox's clock, and the Lab's tabs.

import * as api from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import { armed, clearFaults, faultsTab } from "./faults.js";
import * as icons from "./icons.js";
import { change, now, state } from "./store.js";
import { refreshAll } from "./sync.js";
import { fullTime } from "./time.js";
import { refreshTraffic, trafficTab } from "./traffic.js";
import { workspaceTab } from "./workspace.js";

const HOUR = 3600;
const TABS = { traffic: "Traffic", faults: "Faults", workspace: "Workspace" };

/** Render the strip. */
export function lab() {
  const { open } = state.lab;
  const toggle = () => {
    change({ lab: { ...state.lab, open: !open } });
    refreshLab();
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
      warning(),
      h("span", { class: "now", title: "The sandbox's clock" }, fullTime(now())),
    ),
    open && panel(),
  );
}

function connection() {
  const { connected, installed } = state.world.app;
  const words = connected ? "Bot connected" : "Bot not connected";
  const shown = installed === false ? "App not installed" : words;
  return h("span", { class: connected && installed !== false ? "connection up" : "connection" }, shown);
}

// What is armed stays in sight, so that nobody looks for a bug that they have ordered.
function warning() {
  const count = armed().length;
  if (count === 0) return null;
  const words = count === 1 ? "1 fault armed" : `${count} faults armed`;
  const props = { type: "button", class: "armed", title: "Let everything work again" };
  return h("button", { ...props, key: "armed", on: { click: clearFaults } }, words, icons.close());
}

function panel() {
  const { tab } = state.lab;
  const content = { traffic: trafficTab, faults: faultsTab, workspace: workspaceTab }[tab];
  return h(
    "div",
    { class: "lab-panel", id: "lab" },
    h(
      "div",
      { class: "row", key: "row" },
      h(
        "div",
        { class: "lab-tabs", role: "tablist", "aria-label": "Lab" },
        Object.entries(TABS).map(([id, label]) => tabButton(id, label, id === tab)),
      ),
      h("span", { class: "quiet end" }, "Move the clock"),
      advance("+ 1 hour", HOUR),
      advance("+ 1 day", 24 * HOUR),
      advance("+ 1 week", 7 * 24 * HOUR),
      h("button", { type: "button", class: "button danger", on: { click: askToReset } }, "Reset…"),
    ),
    h("div", { class: "lab-tab", role: "tabpanel", "aria-label": TABS[tab], key: tab }, content()),
  );
}

function tabButton(id, label, selected) {
  const click = () => {
    change({ lab: { ...state.lab, tab: id } });
    refreshLab();
  };
  const props = { type: "button", key: id, role: "tab", class: "tab", "aria-selected": String(selected) };
  return h("button", { ...props, on: { click } }, label);
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

/** Read what the Lab shows, while it is open or a fault is armed. */
export async function refreshLab() {
  if (!state.lab.open && armed().length === 0) return;
  const [levers] = await Promise.all([
    attempt(api.readLevers()),
    state.lab.open && !state.lab.paused && refreshTraffic(),
  ]);
  if (levers) change({ lab: { ...state.lab, levers } });
}
