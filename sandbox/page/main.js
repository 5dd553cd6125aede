// Puts the page together and starts it.

import { composer } from "./composer.js";
import { h, patch } from "./dom.js";
import { home } from "./home.js";
import * as icons from "./icons.js";
import { lab, refreshLab } from "./lab.js";
import { closeMenu, menuButton } from "./menu.js";
import { messageList } from "./messages.js";
import { leave, modal, question } from "./modal.js";
import { avatar } from "./people.js";
import { address, follow } from "./route.js";
import { sidebar } from "./sidebar.js";
import { change, channel, channelName, isApp, member, nameOf, onChange, state } from "./store.js";
import { threadPanel } from "./thread.js";
import { toasts } from "./toast.js";

function page() {
  if (!state.world) return h("p", { class: "empty" }, waiting());
  const here = channel(state.channel);
  return [
    h(
      "div",
      { class: state.thread ? "workspace-grid with-thread" : "workspace-grid", key: "grid" },
      sidebar(),
      state.drawer && h("div", { class: "scrim", on: { click: () => change({ drawer: false }) } }),
      h("main", { key: "main" }, banner(), here ? conversation(here) : nowhere()),
      state.thread && here && threadPanel(),
    ),
    lab(),
    modal(),
    question(),
    toasts(),
  ];
}

function waiting() {
  if (state.refusal) return state.refusal;
  return state.reached === false ? "The sandbox cannot be reached. Is it still running?" : "Opening…";
}

const nowhere = () => h("p", { class: "empty" }, `${nameOf(state.me)} is in no conversation yet.`);

function banner() {
  if (state.reached === false) {
    return h("p", { class: "banner", role: "status" }, "The sandbox cannot be reached: trying again…");
  }
  const { app } = state.world;
  if (app.installed === false) {
    const words = `${app.name} is not installed. Install it again in the Lab, under Workspace.`;
    return h("p", { class: "banner", role: "status" }, words);
  }
  if (app.connected) return null;
  return h(
    "p",
    { class: "banner", role: "status" },
    `${app.name} is not connected. People can write to each other; `,
    "commands and buttons need the bot.",
  );
}

function conversation(here) {
  const key = here.id;
  if (isApp(here) && state.tab === "home") return [header(here), tabs(here), home()];
  const name = here.is_im ? channelName(here) : `#${here.name}`;
  return [
    header(here),
    isApp(here) && tabs(here),
    messageList(state.messages, { key, name: `Messages in ${name}` }),
    composer({ placeholder: `Message ${name}` }),
  ];
}

function header(here) {
  const open = () => change({ drawer: !state.drawer });
  const name = here.is_im ? channelName(here) : here.name;
  return h(
    "header",
    { class: "bar", key: "bar" },
    h(
      "button",
      {
        type: "button",
        class: "quiet-button only-narrow",
        "aria-label": "Show conversations",
        "aria-expanded": String(state.drawer),
        on: { click: open },
      },
      icons.menu(),
    ),
    !here.is_im && (here.is_private ? icons.lock() : icons.hash()),
    h("h1", null, name),
    isApp(here) && h("span", { class: "badge" }, "APP"),
    h("span", { class: "topic", title: here.topic }, here.topic),
    membership(here),
  );
}

function tabs(here) {
  return h("div", { class: "tabs", key: "tabs", role: "tablist", "aria-label": "App" }, [
    state.world.app.home !== false && tab(here, "home", "Home"),
    tab(here, "messages", "Messages"),
  ]);
}

function tab(here, id, label) {
  const click = () => {
    window.location.hash = address(here.id, state.me, id);
  };
  const selected = String(state.tab === id);
  const props = { type: "button", key: id, role: "tab", class: "tab", "aria-selected": selected };
  return h("button", { ...props, on: { click } }, label);
}

function membership(here) {
  if (here.is_im) return null;
  const { name } = state.world.app;
  const words = here.app_is_member ? `${name} is here` : `${name} is not in this channel`;
  return h("span", { class: "membership end" }, here.members ? memberMenu(here.members) : words);
}

function memberMenu(ids) {
  const words = ids.length === 1 ? "1 member" : `${ids.length} members`;
  const items = ids.map((id) => ({
    label: nameOf(id),
    hint: member(id).title,
    face: avatar(id),
    run: closeMenu,
  }));
  return menuButton({ key: "members", label: words, face: words, items });
}

// One place decides what Escape leaves: the innermost thing that is open.
function escape(event) {
  if (event.key !== "Escape") return;
  event.preventDefault();
  if (state.menu) closeMenu();
  else if (state.question) change({ question: null });
  else if (state.views.length > 0) leave();
  else if (state.editing) change({ editing: null });
  else if (state.drawer) change({ drawer: false });
  else if (state.thread) change({ thread: null });
}

function pressOutside(event) {
  if (state.menu && !event.target.closest(`[data-menu-root="${CSS.escape(state.menu)}"]`)) {
    change({ menu: null });
  }
}

function draw() {
  patch(document.getElementById("page"), page());
  document.title = state.world ? `${state.world.team.name} · Sandbox` : "Sandbox";
}

onChange(draw);
document.addEventListener("keydown", escape);
document.addEventListener("pointerdown", pressOutside);
window.addEventListener("hashchange", follow);
window.setInterval(refreshLab, 2000);
window.setInterval(() => change(), 20_000); // so that the clock goes on
draw();
follow();
