// Members as the page draws them: a coloured square with initials.

import { h } from "./dom.js";
import { member, state } from "./store.js";

const PALETTE = ["#2f6f73", "#8a4f7d", "#a35a2a", "#3f6ba8", "#5e7a2e", "#a1435a", "#5b5ea6"];

/** A member's avatar; the name stands beside it, so it is hidden from assistive technology. */
export function avatar(id, size = "") {
  const found = member(id);
  const color = found.avatar_color ?? PALETTE[checksum(id) % PALETTE.length];
  const style = { "background-color": color, color: isLight(color) ? "#14201f" : "#ffffff" };
  return h("span", { class: `avatar ${size}`, style, "aria-hidden": "true" }, initials(found));
}

function initials(found) {
  if (found.id === state.world.app.bot_user_id) return "✦";
  const words = (found.real_name || found.name).trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0] ?? "").join("").toUpperCase();
}

function checksum(text) {
  return [...text].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
}

function isLight(color) {
  const [red, green, blue] = (color.match(/[0-9a-f]{2}/gi) ?? []).map((part) => parseInt(part, 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150;
}
