// One message: who, when, what, and what can be done with it.

import * as api from "./api.js";
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { attempt, copy, openThread, runShortcut } from "./doing.js";
import * as icons from "./icons.js";
import { menuButton } from "./menu.js";
import { asTyped, mrkdwn, plain } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { change, nameOf, state } from "./store.js";
import { clockTime, fullTime } from "./time.js";

/** Render a message; `follows` is true when the one above is by the same person, just before. */
export function message(found, { follows = false, inThread = false } = {}) {
  const compact = follows && !found.ephemeral;
  const props = {
    key: found.ts,
    class: ["message", compact && "compact", found.ephemeral && "ephemeral"].filter(Boolean).join(" "),
    data: { "message-ts": found.ts, "menu-open": isMenuOpen(found, inThread) ? "yes" : null },
    "aria-label": `${nameOf(found.user)}, ${clockTime(Number(found.ts))}`,
  };
  return h(
    "article",
    props,
    h("div", { class: "gutter" }, compact ? moment(found) : avatar(found.user)),
    h(
      "div",
      { class: "body" },
      found.ephemeral && onlyYou(),
      !compact && byline(found),
      content(found),
      !inThread && replies(found),
    ),
    tools(found, inThread),
  );
}

/** The mark of what nobody else sees. */
export function onlyYou() {
  return h("p", { class: "only-you" }, icons.eye(), "Only visible to you");
}

function byline(found) {
  return h(
    "div",
    { class: "byline" },
    h("b", { class: "author" }, nameOf(found.user)),
    found.bot && h("span", { class: "badge" }, "APP"),
    moment(found),
  );
}

function moment(found) {
  const seconds = Number(found.ts);
  return h("time", { class: "moment", title: fullTime(seconds) }, clockTime(seconds));
}

function content(found) {
  if (found.deleted) return h("p", { class: "quiet" }, "This message was deleted.");
  if (state.editing?.ts === found.ts) return editor(found);
  const shownAsText = !found.blocks?.length || isTyped(found);
  return h(
    "div",
    { class: "content" },
    shownAsText && found.text && h("div", { class: "text" }, mrkdwn(found.text), edited(found)),
    !shownAsText && blocks(surfaceOf(found)),
    !shownAsText && edited(found),
    (found.files ?? []).map(attachment),
  );
}

// What people type comes with a rich_text block that repeats it without its marks.
function isTyped({ bot, text, blocks: [block, ...others] }) {
  if (bot || !text || others.length > 0 || block.type !== "rich_text") return false;
  const [part, ...more] = block.elements;
  const isPlain = part?.type === "rich_text_section" && part.elements.every((each) => !each.style);
  return isPlain && more.length === 0;
}

function surfaceOf(found) {
  const where = { channel: found.channel, ts: found.ts };
  return { key: `${found.channel}/${found.ts}`, where, blocks: found.blocks, saved: {} };
}

const edited = (found) => found.edited && h("small", { class: "edited" }, "(edited)");

function attachment(file) {
  const name = file.title || file.name || "A file";
  return h("div", { class: "attachment", key: file.id }, icons.file(), h("span", null, name));
}

function replies(found) {
  if (!found.reply_count) return null;
  const words = found.reply_count === 1 ? "1 reply" : `${found.reply_count} replies`;
  const on = { click: () => openThread(found.ts) };
  return h("button", { type: "button", class: "replies", on }, words);
}

const menuKey = (found, inThread) => `message/${found.ts}${inThread ? "/thread" : ""}`;
const isMenuOpen = (found, inThread) => state.menu === menuKey(found, inThread);

function tools(found, inThread) {
  if (found.deleted) return null;
  const mayReply = !found.ephemeral && !inThread;
  const openReplies = () => openThread(found.thread_ts ?? found.ts);
  return h(
    "div",
    { class: "tools", role: "group", "aria-label": "Message actions" },
    mayReply && quick("Reply in thread", icons.reply(), openReplies),
    menuButton({
      key: menuKey(found, inThread),
      label: "More actions",
      face: icons.more(),
      items: menuItems(found, mayReply && openReplies),
    }),
  );
}

// As chat.getPermalink answers it.
function permalink({ channel: id, ts }) {
  return `${window.location.origin}/archives/${id}/p${ts.replace(".", "")}`;
}

function quick(label, face, run) {
  const props = { type: "button", class: "quiet-button", "aria-label": label, title: label };
  return h("button", { ...props, on: { click: run } }, face);
}

function menuItems(found, openReplies) {
  const { app } = state.world;
  const shortcuts = found.ephemeral ? [] : app.message_shortcuts;
  const own = found.user === state.me && !found.bot && !found.ephemeral;
  return [
    shortcuts.length > 0 && { heading: app.name },
    ...shortcuts.map((shortcut) => ({
      label: shortcut.name,
      hint: shortcut.description,
      run: () => runShortcut(shortcut, found),
    })),
    shortcuts.length > 0 && { heading: "Message" },
    openReplies && { label: "Reply in thread", run: openReplies },
    !found.ephemeral && { label: "Copy link", run: () => copy(permalink(found)) },
    { label: "Copy text", run: () => copy(plain(found.text ?? "")) },
    found.ephemeral && { label: "Dismiss", run: () => remove(found) },
    own && { label: "Edit message", run: () => startEditing(found) },
    own && { label: "Delete message…", danger: true, run: () => askToDelete(found) },
  ];
}

function startEditing(found) {
  change({ editing: { ts: found.ts, text: asTyped(found.text) } });
}

function editor(found) {
  const save = async () => {
    const { text } = state.editing;
    if (text.trim() === "") return askToDelete(found);
    const answer = await attempt(api.editMessage(state.me, found.channel, found.ts, text));
    if (answer) change({ editing: null });
    return null;
  };
  const keydown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  };
  const cancel = () => change({ editing: null });
  const typed = (event) => change({ editing: { ...state.editing, text: event.target.value } });
  return h(
    "div",
    { class: "editor", key: "editor" },
    h("textarea", {
      class: "field",
      rows: 3,
      "aria-label": "Edit message",
      value: state.editing.text,
      on: { input: typed, keydown },
      mount: (node) => queueMicrotask(() => node.focus()),
    }),
    h(
      "div",
      { class: "row" },
      h("button", { type: "button", class: "button plain", on: { click: cancel } }, "Cancel"),
      h("button", { type: "button", class: "button primary", on: { click: save } }, "Save"),
    ),
  );
}

const remove = (found) => attempt(api.deleteMessage(state.me, found.channel, found.ts));

function askToDelete(found) {
  const run = () => remove(found);
  const words = (text) => ({ type: "plain_text", text });
  change({
    question: {
      title: words("Delete this message?"),
      text: words("It disappears for everybody. This cannot be undone."),
      confirm: words("Delete"),
      deny: words("Keep it"),
      danger: true,
      run,
    },
  });
}
