// Slack's mrkdwn, as descriptions of nodes. Text arrives escaped (&amp; &lt; &gt;), with
// mentions, channels, dates and links in angle brackets.

import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { channel, channelName, member, nameOf, state } from "./store.js";
import { fillDate } from "./time.js";

/** Turn Slack's three entities back into characters. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What a person would see of a text, as plain characters: for copying and for previews. */
export function plain(text) {
  return flatten(text, nameOf);
}

/** A text as somebody would type it again: people by their handles. */
export function asTyped(text) {
  return flatten(text, (id) => member(id).name);
}

function flatten(text, calling) {
  const named = text.replace(/<([^<>]+)>/g, (_, inner) => {
    const [target, label] = split(inner);
    if (target.startsWith("@")) return `@${calling(target.slice(1))}`;
    if (target.startsWith("#")) return `#${channelLabel(target.slice(1), label)}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1)}`;
    return label ?? target;
  });
  return unescape(named);
}

/** Render a whole text: code blocks, quotes, list lines and what stands inside a line. */
export function mrkdwn(text) {
  const pieces = text.split(/```([\s\S]+?)```/);
  return pieces.map((piece, index) => (index % 2 ? codeBlock(piece) : paragraphs(piece)));
}

function codeBlock(piece) {
  const code = piece.replace(/^\n/, "").replace(/\n$/, "");
  return h("pre", { class: "code", tabindex: "0" }, plain(code));
}

function paragraphs(piece) {
  if (piece === "") return [];
  const lines = piece.replace(/^\n|\n$/g, "").split("\n");
  const everythingQuoted = lines.findIndex((line) => /^(&gt;|>){3}/.test(line));
  const groups = [];
  lines.forEach((line, index) => addLine(groups, line, { everythingQuoted, index }));
  return groups.map(({ quoted, content }) =>
    quoted ? h("blockquote", null, content) : h("div", { class: "lines" }, content),
  );
}

function addLine(groups, line, { everythingQuoted, index }) {
  const quotedToEnd = everythingQuoted >= 0 && index >= everythingQuoted;
  const quoted = quotedToEnd || /^(&gt;|>)/.test(line);
  const text = quoted ? line.replace(/^(&gt;|>){1,3} ?/, "") : line;
  const last = groups.at(-1);
  if (last?.quoted === quoted) last.content.push(lineNode(text));
  else groups.push({ quoted, content: [lineNode(text)] });
}

function lineNode(text) {
  const isItem = /^\s*([•◦▪‣-]|\d{1,3}\.) /.test(text);
  return h("div", { class: isItem ? "line item" : "line" }, text === "" ? "\u200b" : inline(text));
}

// The order is the precedence: code hides everything, brackets hide marks.
const TOKEN = new RegExp(
  [
    /`([^`\n]+)`/,
    /<([^<>\n]+)>/,
    /(?<![\p{L}\p{N}*])\*(?! )([^*\n]+?)(?<! )\*(?![\p{L}\p{N}*])/u,
    /(?<![\p{L}\p{N}_])_(?! )([^_\n]+?)(?<! )_(?![\p{L}\p{N}_])/u,
    /(?<![\p{L}\p{N}~])~(?! )([^~\n]+?)(?<! )~(?![\p{L}\p{N}~])/u,
    /:([a-z0-9_+-]+):/,
  ]
    .map((part) => part.source)
    .join("|"),
  "gu",
);

/** Render what stands inside one line. */
export function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    nodes.push(unescape(text.slice(from, match.index)), token(match));
    from = match.index + match[0].length;
  }
  nodes.push(unescape(text.slice(from)));
  return nodes;
}

function token([whole, code, bracket, bold, italic, strike, shortcode]) {
  if (code) return h("code", null, plain(code));
  if (bracket) return reference(bracket);
  if (bold) return h("strong", null, inline(bold));
  if (italic) return h("em", null, inline(italic));
  if (strike) return h("s", null, inline(strike));
  return shortcode ? emoji(shortcode) : whole;
}

function split(inner) {
  const at = inner.indexOf("|");
  return at < 0 ? [inner] : [inner.slice(0, at), inner.slice(at + 1)];
}

function reference(inner) {
  const [target, label] = split(inner);
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return broadcast(target.slice(1), label);
  if (!isAddress(target)) return unescape(`<${inner}>`);
  return link(unescape(target), unescape(label ?? target));
}

/** Is this an address that a link may open? */
export const isAddress = (target) => /^(https?:|mailto:)/i.test(target);

/** A member's name, marked when it is one's own. */
export function mention(id) {
  const own = id === state.me ? " own" : "";
  return h("span", { class: `mention${own}` }, `@${nameOf(id)}`);
}

/** A link to a channel on this page. */
export function channelLink(id, label) {
  return h("a", { class: "mention", href: `#${id}/${state.me}` }, `#${channelLabel(id, label)}`);
}

function channelLabel(id, label) {
  const found = channel(id);
  return found ? channelName(found) : label || id;
}

/** A mention of everybody, or of a user group. */
export function broadcast(target, label) {
  const name = label ?? target.replace(/^subteam\^/, "");
  return h("span", { class: "mention own" }, name.startsWith("@") ? name : `@${name}`);
}

function date(target, fallback) {
  const [, seconds, template, href] = target.split("^");
  const text = fillDate(Number(seconds), template ?? "{date}") || fallback;
  return href ? link(unescape(href), text) : h("time", { title: fallback }, text);
}

/** A link that opens apart; other kinds of address than the web's and mail's stay text. */
export function link(address, label) {
  if (!isAddress(address)) return h("span", null, label);
  return h("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, label);
}

/** A Block Kit text object. */
export function textObject(text) {
  if (!text) return null;
  if (text.type === "mrkdwn") return mrkdwn(text.text);
  return plainText(text);
}

/** A Block Kit plain_text object: shortcodes become emoji unless it says otherwise. */
export function plainText(text) {
  if (!text) return "";
  return text.emoji === false ? text.text : withEmoji(text.text);
}
