// A button that opens a menu. One menu is open at a time; Escape and a click elsewhere close it.

import { h } from "./dom.js";
import { change, state } from "./store.js";

/** Render the button and, when open, its menu. An item is {label, hint, run, danger, checked}. */
export function menuButton({ key, label, face, items, data, className = "quiet-button", title }) {
  const open = state.menu === key;
  const props = {
    type: "button",
    class: className,
    "aria-label": label,
    title: title ?? label,
    "aria-haspopup": "menu",
    "aria-expanded": String(open),
    data,
    on: { click: () => change({ menu: open ? null : key }) },
  };
  return h(
    "span",
    { class: "menu-root", key, data: { "menu-root": key } },
    h("button", props, face),
    open && menu(label, items),
  );
}

function menu(label, items) {
  const mount = (node) => {
    beside(node, node.previousElementSibling);
    (node.querySelector("[aria-checked=true]") ?? node.querySelector("button"))?.focus();
  };
  const props = { class: "popover menu", role: "menu", "aria-label": label, mount };
  return h("div", { ...props, on: { keydown: move } }, items.filter(Boolean).map(menuItem));
}

function menuItem(item, index) {
  if (item.heading) return h("div", { class: "menu-heading", key: index }, item.heading);
  const run = () => {
    closeMenu();
    item.run();
  };
  const props = {
    key: index,
    type: "button",
    role: item.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.checked === undefined ? null : String(item.checked),
    class: item.danger ? "menu-item danger" : "menu-item",
    tabindex: "-1",
    on: { click: run },
  };
  return h("button", props, item.face, words(item));
}

function words(item) {
  return h(
    "span",
    { class: "menu-words" },
    h("span", null, item.label),
    item.hint && h("span", { class: "hint" }, item.hint),
  );
}

/** Close the open menu and give the focus back to its button. */
export function closeMenu() {
  document.querySelector(`[data-menu-root] > [aria-expanded=true]`)?.focus({ preventScroll: true });
  change({ menu: null });
}

function move(event) {
  if (event.key === "Tab") return closeMenu();
  const step = { ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" }[event.key];
  if (!step) return null;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll("button")];
  if (step === "first") return items[0].focus();
  const at = step === "last" ? -1 : items.indexOf(document.activeElement) + step;
  return items.at(at % items.length).focus();
}

/** Keep the open menu beside its button while the list under it scrolls. */
export function followAnchor() {
  const open = document.querySelector(".menu");
  if (open) beside(open, open.previousElementSibling);
}

// The page scrolls in parts, so the menu is placed against the window and kept inside it.
function beside(node, anchor) {
  const margin = 8;
  const from = anchor.getBoundingClientRect();
  const { width, height } = node.getBoundingClientRect();
  const below = from.bottom + 4 + height + margin <= window.innerHeight;
  const top = below ? from.bottom + 4 : Math.max(margin, from.top - height - 4);
  const right = from.left + width + margin <= window.innerWidth;
  const left = right ? from.left : Math.max(margin, from.right - width);
  node.style.setProperty("top", `${top}px`);
  node.style.setProperty("left", `${left}px`);
}
