// The thread panel on the right: a message, its answers and a composer.

import { composer } from "./composer.js";
import { h } from "./dom.js";
import * as icons from "./icons.js";
import { messageList } from "./messages.js";
import { change, channel, channelName, state } from "./store.js";

/** Render the panel. */
export function threadPanel() {
  const { thread } = state;
  const close = () => change({ thread: null });
  const here = channel(state.channel);
  return h(
    "aside",
    { class: "thread", key: "thread", "aria-label": "Thread" },
    h(
      "header",
      { class: "bar" },
      h("h2", null, "Thread"),
      h("span", { class: "topic" }, here.is_im ? channelName(here) : `#${here.name}`),
      h(
        "button",
        { type: "button", class: "quiet-button end", "aria-label": "Close thread", on: { click: close } },
        icons.close(),
      ),
    ),
    messageList(thread.messages, { key: thread.ts, inThread: true, name: "Thread" }),
    composer({ thread: thread.ts, placeholder: "Reply…" }),
  );
}
