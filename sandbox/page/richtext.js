// rich_text blocks: sections, lists, quotes and preformatted text with styled pieces.

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { broadcast, channelLink, link, mention } from "./mrkdwn.js";
import { fillDate } from "./time.js";

/** Render the elements of a rich_text block. */
export function richText(elements) {
  return elements.map((element) => (PARTS[element.type] ?? unknownPart)(element));
}

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich" }, pieces(part)),
  rich_text_quote: (part) => h("blockquote", null, h("div", { class: "rich" }, pieces(part))),
  rich_text_preformatted: (part) => h("pre", { class: "code", tabindex: "0" }, pieces(part)),
  rich_text_list: list,
};

function unknownPart(part) {
  return h("div", { class: "unknown" }, `Not shown here: ${part.type}`);
}

function list(part) {
  const items = part.elements.map((item) => h("li", null, pieces(item)));
  const props = { class: "rich-list", style: { "--indent": String(part.indent ?? 0) } };
  if (part.style !== "ordered") return h("ul", props, items);
  return h("ol", { ...props, start: (part.offset ?? 0) + 1 }, items);
}

function pieces(part) {
  return (part.elements ?? []).map((piece) => styled(piece, content(piece)));
}

function content(piece) {
  if (piece.type === "text") return piece.text;
  if (piece.type === "link") return link(piece.url, piece.text ?? piece.url);
  if (piece.type === "emoji") return emoji(piece.name);
  if (piece.type === "user") return mention(piece.user_id);
  if (piece.type === "channel") return channelLink(piece.channel_id);
  if (piece.type === "usergroup") return broadcast(piece.usergroup_id);
  if (piece.type === "broadcast") return broadcast(piece.range);
  if (piece.type === "date") return h("time", null, fillDate(piece.timestamp, piece.format));
  return h("span", { class: "unknown" }, `Not shown here: ${piece.type}`);
}

function styled(piece, inside) {
  const style = piece.style ?? {};
  let node = inside;
  if (style.code) node = h("code", null, node);
  if (style.strike) node = h("s", null, node);
  if (style.italic) node = h("em", null, node);
  if (style.bold) node = h("strong", null, node);
  return node;
}
