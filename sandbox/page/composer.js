// Where one writes: Enter sends, Shift+Enter breaks the line, "/" lists the app's commands and
// "@" the people.

import { h } from "./dom.js";
import { runShortcut, sendText, whyClosed } from "./doing.js";
import * as icons from "./icons.js";
import { menuButton } from "./menu.js";
import { change, state } from "./store.js";

/** Render a composer; in a thread, `thread` is its parent's ts. */
export function composer({ thread = null, placeholder }) {
  const closed = whyClosed();
  if (closed) return h("p", { class: "closed", key: "composer" }, closed);
  const key = [state.me, state.channel, thread].filter(Boolean).join("/");
  const place = { key, thread, text: state.drafts.get(key) ?? "" };
  const found = completions(place);
  return h(
    "div",
    { class: "composer", key: `composer ${key}` },
    found.length > 0 ? completionList(place, found) : usage(place),
    h(
      "form",
      { class: "composer-box", on: { submit: (event) => submit(event, place) } },
      !thread && shortcuts(),
      field(place, placeholder, found),
      sendButton(place),
    ),
  );
}

function field(place, placeholder, found) {
  const active = found.length > 0 ? `${place.key}/command-${state.completion.index}` : null;
  return h("textarea", {
    key: "text",
    class: "composer-text",
    rows: 1,
    placeholder,
    "aria-label": placeholder,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": String(found.length > 0),
    "aria-controls": `${place.key}/commands`,
    "aria-activedescendant": active,
    value: place.text,
    update: grow,
    on: {
      input: (event) => type(place, event.target.value),
      keydown: (event) => keydown(event, place, found),
    },
  });
}

function grow(node) {
  if (node.measured === node.value) return;
  node.measured = node.value;
  node.style.setProperty("height", "auto");
  node.style.setProperty("height", `${Math.min(node.scrollHeight, 240)}px`);
}

function type(place, text) {
  state.drafts.set(place.key, text);
  change({ completion: { key: place.key, index: 0, dismissed: null } });
}

function sendButton(place) {
  const props = { class: "send", "aria-label": "Send", title: "Send (Enter)" };
  return h("button", { ...props, disabled: place.text.trim() === "" }, icons.send());
}

function shortcuts() {
  const { app } = state.world;
  const items = app.global_shortcuts.map((shortcut) => ({
    label: shortcut.name,
    hint: shortcut.description,
    run: () => runShortcut(shortcut),
  }));
  const nothing = { heading: "The app has no shortcuts." };
  return menuButton({
    key: "shortcuts",
    label: "Shortcuts",
    face: icons.bolt(),
    items: items.length > 0 ? [{ heading: app.name }, ...items] : [nothing],
    className: "quiet-button shortcuts",
  });
}

async function submit(event, place) {
  event?.preventDefault();
  const { text } = place;
  if (text.trim() === "") return;
  type(place, "");
  change({ sent: state.sent + 1 });
  const taken = await sendText(text.trimEnd(), place.thread);
  if (!taken && !state.drafts.get(place.key)) type(place, text);
}

// What the end of the text could become: {text, name, usage, hint}, with the whole text it makes.
function completions(place) {
  const { key, dismissed } = state.completion;
  if (key !== place.key || dismissed === place.text) return [];
  if (/^\/\S*$/.test(place.text)) return commands(place.text);
  const typed = place.text.match(/(?:^|\s)@([\p{L}\d._-]*)$/u);
  return typed ? people(place.text, typed[1].toLowerCase()) : [];
}

function commands(typed) {
  return state.world.app.commands
    .filter((each) => each.command.startsWith(typed))
    .map((each) => ({
      text: `${each.command} `,
      name: each.command,
      usage: each.usage_hint,
      hint: each.description,
    }));
}

function people(text, typed) {
  const before = text.slice(0, text.length - typed.length);
  return state.world.members
    .filter((each) => !each.deleted && [each.name, each.real_name].some(startsWith(typed)))
    .map((each) => ({
      text: `${before}${each.name} `,
      name: `@${each.name}`,
      usage: null,
      hint: [each.real_name, each.title].filter(Boolean).join(", "),
    }))
    .slice(0, 8);
}

const startsWith = (typed) => (name) => name.toLowerCase().startsWith(typed);

function keydown(event, place, found) {
  if (event.isComposing) return;
  if (found.length > 0 && completionKey(event, place, found)) {
    event.preventDefault();
    event.stopPropagation();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(null, place);
  }
}

// Answers whether the key was for the list. What is typed to its end is sent by Enter.
function completionKey(event, place, found) {
  const { index } = state.completion;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = (index + step + found.length) % found.length;
    change({ completion: { ...state.completion, index: next } });
    return true;
  }
  if (event.key === "Escape") {
    change({ completion: { ...state.completion, dismissed: place.text } });
    return true;
  }
  const isWhole = place.text.endsWith(found[index].name);
  const completes = event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !isWhole);
  if (completes) type(place, found[index].text);
  return completes;
}

function completionList(place, found) {
  const title = place.text.startsWith("/") ? "Commands" : "People";
  const props = { class: "popover completion", role: "listbox", id: `${place.key}/commands` };
  return h(
    "div",
    { ...props, key: "commands", "aria-label": title },
    h("div", { class: "menu-heading" }, `${title} · Tab to complete`),
    found.map((each, index) => completion(place, each, index)),
  );
}

function completion(place, each, index) {
  const pick = (event) => {
    event.preventDefault();
    type(place, each.text);
  };
  const props = {
    key: each.name,
    id: `${place.key}/command-${index}`,
    class: "option",
    role: "option",
    "aria-selected": String(index === state.completion.index),
    on: { mousedown: pick },
  };
  return h(
    "div",
    props,
    h("span", null, h("b", null, each.name), " ", each.usage && h("code", null, each.usage)),
    h("span", { class: "hint" }, each.hint),
  );
}

function usage(place) {
  const word = place.text.match(/^(\/\S+)\s/)?.[1];
  const command = state.world.app.commands.find((each) => each.command === word);
  if (!command) return null;
  return h("p", { class: "usage", key: "usage" }, h("b", null, word), " ", command.usage_hint);
}
