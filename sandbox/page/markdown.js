// The everyday part of Markdown, for the markdown block: headings, lists, quotes, code and marks.

import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./mrkdwn.js";

/** Render a markdown block's text. */
export function markdown(text) {
  const pieces = text.split(/^```[^\n]*\n([\s\S]*?)^```[ \t]*$/m);
  return pieces.map((piece, index) =>
    index % 2 ? h("pre", { class: "code", tabindex: "0" }, piece.replace(/\n$/, "")) : sections(piece),
  );
}

function sections(piece) {
  return piece
    .split(/\n{2,}/)
    .filter((section) => section.trim() !== "")
    .map((section) => runs(section.replace(/^\n+|\n+$/g, "").split("\n")).map(run));
}

const KINDS = [
  ["heading", /^#{1,6} +/],
  ["rule", /^(?:-{3,}|\*{3,})\s*$/],
  ["bullet", /^\s*[-*+] +/],
  ["ordered", /^\s*\d+[.)] +/],
  ["quote", /^> ?/],
];

function kindOf(line) {
  return KINDS.find(([, pattern]) => pattern.test(line)) ?? ["text", /^/];
}

function runs(lines) {
  const found = [];
  for (const line of lines) {
    const [kind, pattern] = kindOf(line);
    const item = line.replace(pattern, "");
    const last = found.at(-1);
    if (last?.kind === kind && kind !== "heading") last.items.push(item);
    else found.push({ kind, items: [item], level: line.match(/^#*/)[0].length });
  }
  return found;
}

function run({ kind, items, level }) {
  if (kind === "heading") return h("div", headingProps(level), marks(items[0]));
  if (kind === "rule") return h("hr");
  if (kind === "bullet") return h("ul", null, listItems(items));
  if (kind === "ordered") return h("ol", null, listItems(items));
  const lines = items.map((item) => h("div", { class: "line" }, marks(item)));
  return kind === "quote" ? h("blockquote", null, lines) : h("div", { class: "lines" }, lines);
}

function headingProps(level) {
  return { class: `heading level-${Math.min(level, 3)}`, role: "heading", "aria-level": level + 2 };
}

function listItems(items) {
  return items.map((item) => h("li", null, marks(item)));
}

const MARK = new RegExp(
  [
    /`([^`]+)`/,
    /\[([^\]]+)\]\(([^)\s]+)\)/,
    /\*\*(.+?)\*\*/,
    /__(.+?)__/,
    /~~(.+?)~~/,
    /\*([^*\s][^*]*)\*/,
    /(?<![\p{L}\p{N}])_([^_\s][^_]*)_(?![\p{L}\p{N}])/u,
  ]
    .map((part) => part.source)
    .join("|"),
  "gu",
);

function marks(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARK)) {
    nodes.push(withEmoji(text.slice(from, match.index)), mark(match));
    from = match.index + match[0].length;
  }
  nodes.push(withEmoji(text.slice(from)));
  return nodes;
}

function mark([, code, label, address, bold, boldToo, strike, italic, italicToo]) {
  if (code) return h("code", null, code);
  if (label) return link(address, label);
  if (bold || boldToo) return h("strong", null, marks(bold || boldToo));
  if (strike) return h("s", null, marks(strike));
  return h("em", null, marks(italic || italicToo));
}
