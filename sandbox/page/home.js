// The app's Home: the view that the app publishes for each member.

import { blocks } from "./blocks.js";
import { h } from "./dom.js";
import { state } from "./store.js";

/** Render the Home tab of the app. */
export function home() {
  const view = state.home;
  return h(
    "div",
    { class: "home", key: "home", role: "tabpanel", "aria-label": "Home", tabindex: "0" },
    view ? published(view) : h("p", { class: "empty" }, waiting()),
  );
}

function published(view) {
  const surface = {
    key: view.id,
    where: { view_id: view.id },
    blocks: view.blocks,
    saved: view.state?.values ?? {},
  };
  return h("div", { class: "home-view", key: view.id, data: { "view-id": view.id } }, blocks(surface));
}

function waiting() {
  if (!state.homeOpened) return "Opening…";
  if (!state.world.app.connected) return "The app shows its Home here once it is connected.";
  return `${state.world.app.name} has not put anything on its Home yet.`;
}
