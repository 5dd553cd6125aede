// Modals: the top view of the member's stack, and small questions before something happens.

import * as api from "./api.js";
import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import { collect, complaints, isTouched } from "./forms.js";
import * as icons from "./icons.js";
import { plainText, textObject } from "./mrkdwn.js";
import { change, state } from "./store.js";
import { refreshViews } from "./sync.js";
import { toasts } from "./toast.js";

const progress = new Map(); // view id → {sending, errors, trouble}

/** Render the member's topmost view, if there is one. */
export function modal() {
  const view = state.views.at(-1);
  if (!view) return null;
  const surface = surfaceOf(view);
  const now = progress.get(view.id) ?? {};
  const errors = { ...(view.errors ?? {}), ...(now.errors ?? {}) };
  const submit = () => send(view, surface);
  return dialog(
    { key: `view ${view.id}`, label: `${view.id}/title`, data: { "view-id": view.id } },
    head(view),
    h(
      "form",
      { class: "modal-form", novalidate: true, on: { submit: (event) => prevent(event, submit) } },
      h("div", { class: "modal-body", tabindex: "-1" }, blocks(surface, { errors, submit })),
      now.trouble && h("p", { class: "trouble", role: "alert" }, now.trouble),
      foot(view, now),
    ),
  );
}

function surfaceOf(view) {
  return {
    key: view.id,
    where: { view_id: view.id },
    blocks: view.blocks,
    saved: view.state?.values ?? {},
  };
}

function prevent(event, run) {
  event.preventDefault();
  run();
}

function head(view) {
  const depth = state.views.length;
  return h(
    "header",
    { class: "modal-head" },
    depth > 1 && h("span", { class: "depth", title: "Views on top of each other" }, `${depth}`),
    h("h2", { id: `${view.id}/title` }, plainText(view.title)),
    h(
      "button",
      { type: "button", class: "quiet-button end", "aria-label": "Close", on: { click: () => leave(true) } },
      icons.close(),
    ),
  );
}

function foot(view, { sending }) {
  const close = () => leave(false);
  return h(
    "footer",
    { class: "modal-foot" },
    h("button", { type: "button", class: "button plain", on: { click: close } }, plainText(view.close) || "Close"),
    view.submit &&
      h(
        "button",
        { class: "button primary", disabled: Boolean(sending), "aria-busy": String(Boolean(sending)) },
        sending && h("span", { class: "spinner", "aria-hidden": "true" }),
        plainText(view.submit),
      ),
  );
}

async function send(view, surface) {
  if (progress.get(view.id)?.sending) return;
  const errors = complaints(surface);
  if (Object.keys(errors).length > 0) return fail(view, { errors });
  report(view, { sending: true });
  const answer = await attempt(api.submitView(state.me, view.id, collect(surface)));
  if (answer?.error) return fail(view, { trouble: trouble(answer.error) });
  if (answer?.response_action === "errors") return fail(view, { errors: answer.errors });
  report(view, {});
  return refreshViews();
}

function report(view, now) {
  progress.set(view.id, now);
  change();
}

const trouble = (error) =>
  `We had some trouble connecting (${error}). Nothing was lost: try again in a moment.`;

function fail(view, now) {
  report(view, now);
  queueMicrotask(() => document.querySelector("dialog [aria-invalid=true]")?.focus());
}

/** Leave the top view, or all of them; typed text is only given up knowingly. */
export function leave(all = false) {
  const view = state.views.at(-1);
  const left = all ? state.views : [view];
  if (!left.some((each) => isTouched(surfaceOf(each)))) return closeView(view, all);
  return change({
    question: {
      title: words("Close without sending?"),
      text: words("What you filled in here will be lost."),
      confirm: words("Discard"),
      deny: words("Keep editing"),
      danger: true,
      run: () => closeView(view, all),
    },
  });
}

const words = (text) => ({ type: "plain_text", text });

async function closeView(view, all) {
  await attempt(api.closeView(state.me, view.id, all));
  progress.delete(view.id);
  await refreshViews();
}

/** Render the question that is open, if there is one. */
export function question() {
  const asked = state.question;
  if (!asked) return null;
  const close = () => change({ question: null });
  const go = () => {
    close();
    asked.run();
  };
  const style = asked.danger ? "button danger" : "button primary";
  return dialog(
    { key: "question", label: "question/title", small: true, data: { safe: asked.danger || null } },
    h("header", { class: "modal-head" }, h("h2", { id: "question/title" }, plainText(asked.title))),
    h("div", { class: "modal-body" }, textObject(asked.text)),
    h(
      "footer",
      { class: "modal-foot" },
      h("button", { type: "button", class: "button plain", on: { click: close } }, plainText(asked.deny)),
      h("button", { type: "button", class: style, on: { click: go } }, plainText(asked.confirm)),
    ),
  );
}

// The browser's own dialog keeps the focus inside and the rest of the page out of reach.
// Closing is decided by the page (Escape is handled in main.js), so the browser's is prevented.
function dialog({ key, label, data, small }, ...children) {
  const props = {
    key,
    class: small ? "dialog small" : "dialog",
    "aria-labelledby": label,
    data,
    mount: (node) => queueMicrotask(() => open(node)),
    unmount: (node) => node.close(), // gives the focus back to where it was
    on: { cancel: (event) => event.preventDefault() },
  };
  return h("dialog", props, children, toasts());
}

function open(node) {
  if (!node.isConnected || node.open) return;
  const wanted = node.querySelector(":focus");
  node.showModal();
  if (node.dataset.safe) return node.querySelector(".modal-foot button").focus();
  const first = wanted ?? node.querySelector(".modal-body :is(input, textarea, select, button)");
  (first ?? node.querySelector(".modal-foot button:last-child"))?.focus();
}
