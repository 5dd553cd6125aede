// Block Kit blocks, as descriptions of nodes.

import { domId, h } from "./dom.js";
import { element } from "./elements.js";
import { markdown } from "./markdown.js";
import { link, plainText, textObject } from "./mrkdwn.js";
import { picture } from "./picture.js";
import { richText } from "./richtext.js";

/** Render a surface's blocks. `form` carries a view's errors and its submit, in views only. */
export function blocks(surface, form = {}) {
  return surface.blocks.map((block, index) => {
    const render = KINDS[block.type] ?? unknownBlock;
    const data = { "block-id": block.block_id };
    const key = block.block_id ?? `block ${index}`;
    return h("div", { key, data, class: `block ${block.type}` }, render(block, surface, form));
  });
}

const KINDS = {
  section,
  header,
  context: (block) => h("div", { class: "context-line" }, block.elements.map(contextElement)),
  divider: () => h("hr"),
  actions,
  image: imageBlock,
  input,
  rich_text: (block) => richText(block.elements),
  markdown: (block) => markdown(block.text),
  table,
  video: (block) => [h("p", null, plainText(block.title)), link(block.video_url, "Open video")],
};

function header(block) {
  const props = { class: "header-text", role: "heading", "aria-level": 3 };
  return h("div", props, plainText(block.text));
}

function unknownBlock(block) {
  return h("div", { class: "unknown" }, `Not shown here: ${block.type}`);
}

function section(block, surface) {
  const name = block.text ? plainText({ ...block.text, text: firstLine(block.text.text) }) : "";
  const place = { surface, blockId: block.block_id, name };
  return [
    h(
      "div",
      { class: "section-text" },
      block.text && h("div", { class: "text" }, textObject(block.text)),
      block.fields && h("div", { class: "fields" }, block.fields.map(fieldCell)),
    ),
    block.accessory && h("div", { class: "accessory" }, element(block.accessory, place)),
  ];
}

const firstLine = (text) => text.split("\n", 1)[0].replace(/[*_~`]/g, "").slice(0, 80);
const fieldCell = (field) => h("div", { class: "text" }, textObject(field));

function contextElement(part, index) {
  if (part.type === "image") return h("span", { key: index, class: "context-image" }, picture(part));
  return h("div", { key: index, class: "text" }, textObject(part));
}

function actions(block, surface) {
  const place = { surface, blockId: block.block_id };
  return h("div", { class: "row" }, block.elements.map((each) => element(each, place)));
}

function imageBlock(block) {
  const title = block.title && h("figcaption", null, plainText(block.title));
  return h("figure", null, title, picture(block));
}

// Kinds that are a group of controls are named by the label's text, not by a label element.
const GROUPS = new Set(["radio_buttons", "checkboxes"]);

function input(block, surface, { errors = {}, submit } = {}) {
  const id = domId(surface.key, block.block_id);
  const error = errors[block.block_id];
  const place = {
    surface,
    blockId: block.block_id,
    name: plainText(block.label),
    id,
    labelledBy: `${id}/label`,
    describedBy: describedBy(id, block, error),
    invalid: Boolean(error),
    required: !block.optional,
    inInput: surface.where.view_id !== undefined,
    dispatches: block.dispatch_action,
    submit,
  };
  const isGroup = GROUPS.has(block.element.type);
  return h(
    "div",
    { class: error ? "input-field wrong" : "input-field" },
    h(isGroup ? "div" : "label", labelProps(id, isGroup), plainText(block.label), optionalMark(block)),
    element(block.element, place),
    error && h("p", { class: "error", role: "alert", id: `${id}/error` }, error),
    block.hint && h("p", { class: "hint", id: `${id}/hint` }, plainText(block.hint)),
  );
}

function labelProps(id, isGroup) {
  return { class: "label", id: `${id}/label`, for: isGroup ? null : id };
}

function optionalMark(block) {
  return block.optional && h("span", { class: "optional" }, " (optional)");
}

function describedBy(id, block, error) {
  const ids = [error && `${id}/error`, block.hint && `${id}/hint`].filter(Boolean);
  return ids.length > 0 ? ids.join(" ") : null;
}

function table(block) {
  const [head, ...rows] = block.rows;
  const align = (column) => ({ "text-align": block.column_settings?.[column]?.align ?? "left" });
  const cells = (row, tag) =>
    row.map((cell, column) => h(tag, { style: align(column) }, tableCell(cell)));
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    h(
      "table",
      null,
      h("thead", null, h("tr", null, cells(head, "th"))),
      h("tbody", null, rows.map((row) => h("tr", null, cells(row, "td")))),
    ),
  );
}

function tableCell(cell) {
  return cell.type === "rich_text" ? richText(cell.elements) : (cell.text ?? "");
}
