// Short messages that go away by themselves.

import { h } from "./dom.js";
import { state } from "./store.js";

/** Render the message of the moment, within whatever lies on top. */
export function toasts() {
  const shown = state.toast && h("p", { class: "toast" }, state.toast.text);
  return h("div", { class: "toasts", role: "status", key: "toasts" }, shown);
}
