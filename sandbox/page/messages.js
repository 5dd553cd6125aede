// The list of messages: grouped by day and by author, staying at the newest unless one reads back.

import { h } from "./dom.js";
import { followAnchor } from "./menu.js";
import { message, onlyYou } from "./message.js";
import { channel, channelName, isApp, now, state } from "./store.js";
import { clockTime, dayName } from "./time.js";

const TOGETHER = 5 * 60; // seconds within which one person's messages share a head

/** Render a list; `found` is null while it is read. */
export function messageList(found, { key, inThread = false, name }) {
  return h(
    "div",
    {
      key: `list ${key}/${state.me}`,
      class: "messages",
      role: "log",
      tabindex: "0",
      "aria-label": name,
      "aria-busy": found === null ? "true" : null,
      on: { scroll: (event) => scrolled(event.currentTarget) },
      mount: watchSize,
      update: stayAtNewest,
    },
    !inThread && h("div", { class: "above" }),
    found !== null && rows(found, inThread),
  );
}

function scrolled(node) {
  const below = node.scrollHeight - node.scrollTop - node.clientHeight;
  if (node.size === sizeOf(node)) node.readsBack = below > 40; // else the page moved, not a person
  followAnchor();
}

// Whoever sends something wants to see it, wherever they were reading.
function stayAtNewest(node) {
  if (node.sent !== state.sent) node.readsBack = false;
  node.sent = state.sent;
  const size = sizeOf(node);
  if (!node.readsBack && node.size !== size) node.scrollTop = node.scrollHeight;
  node.size = size;
}

const sizeOf = (node) => `${node.scrollHeight}/${node.clientHeight}`;

// The list also becomes smaller when the composer grows or the Lab opens.
function watchSize(node) {
  new ResizeObserver(() => stayAtNewest(node)).observe(node);
}

function rows(found, inThread) {
  const thread = inThread ? state.thread.ts : null;
  const notices = state.notices
    .filter((each) => each.me === state.me && each.channel === state.channel)
    .filter((each) => each.thread === thread);
  if (found.length === 0 && notices.length === 0) return beginning();
  const entries = [...found.map(fromMessage), ...notices.map(fromNotice)];
  entries.sort((one, other) => one.at - other.at);
  return entries.map((entry, index) => row(entry, entries[index - 1], inThread));
}

const fromMessage = (found) => ({ at: Number(found.ts), found });
const fromNotice = (notice) => ({ at: notice.at, notice });

function row(entry, previous, inThread) {
  const day = dayName(entry.at, now());
  const isNewDay = !previous || dayName(previous.at, now()) !== day;
  const heading = isNewDay && h("div", { class: "day", key: `day ${day}` }, h("span", null, day));
  if (entry.notice) return [heading, noticeRow(entry.notice)];
  const follows = !isNewDay && belongs(entry, previous);
  return [heading, message(entry.found, { follows, inThread })];
}

function belongs({ at, found }, { at: before, found: last }) {
  if (!last || last.user !== found.user || last.ephemeral || last.deleted) return false;
  return at - before < TOGETHER;
}

function noticeRow(notice) {
  return h(
    "article",
    { class: "message ephemeral notice", key: `notice ${notice.id}`, "aria-label": "Notice" },
    h("div", { class: "gutter" }, h("span", { class: "avatar slack", "aria-hidden": "true" }, "!")),
    h(
      "div",
      { class: "body" },
      onlyYou(),
      h(
        "div",
        { class: "byline" },
        h("b", { class: "author" }, "Workspace"),
        h("time", { class: "moment" }, clockTime(notice.at)),
      ),
      h("div", { class: "text" }, notice.text),
    ),
  );
}

function beginning() {
  const here = channel(state.channel);
  const sentence = isApp(here)
    ? `Write to ${channelName(here)}: only you and the app read this.`
    : "Nothing has been said here yet. Write the first message below.";
  return h("p", { class: "empty", key: "empty" }, sentence);
}
