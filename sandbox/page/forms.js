// What people have filled in, per surface (a view or a message) and until it is gone.
//
// A surface is {key, where, blocks, saved}: `where` names it to the control API, `saved` holds the
// values that Slack's view state remembers.

import { change } from "./store.js";

const forms = new Map(); // surface key → Map of "block id / action id" → value

const slot = (blockId, actionId) => JSON.stringify([blockId, actionId]);

const MULTIPLE = /^(multi_|checkboxes|file_input)/;

/** The value of an element: as filled in, as the state remembers it, or as it began. */
export function valueOf(surface, blockId, element) {
  const filled = forms.get(surface.key)?.get(slot(blockId, element.action_id));
  if (filled !== undefined) return filled;
  const saved = surface.saved?.[blockId]?.[element.action_id];
  return saved ? fromState(saved) : initial(element);
}

/** Keep what somebody filled in. */
export function fill(surface, blockId, actionId, value) {
  const form = forms.get(surface.key) ?? new Map();
  forms.set(surface.key, form.set(slot(blockId, actionId), value));
  change();
}

/** Forget a surface, once it is gone. */
export function forget(key) {
  forms.delete(key);
}

/** Has anybody typed or chosen something here that would be lost? Menus outside of inputs act at once. */
export function isTouched(surface) {
  const form = forms.get(surface.key);
  const inputs = surface.blocks.filter((block) => block.type === "input");
  return inputs.some((block) => form?.has(slot(block.block_id, block.element.action_id)));
}

/** Every element's value, as the control API takes it: {block_id: {action_id: value}}. */
export function collect(surface) {
  const values = {};
  for (const [block, element] of fields(surface.blocks)) {
    const value = valueOf(surface, block.block_id, element);
    values[block.block_id] = { ...values[block.block_id], [element.action_id]: outgoing(element, value) };
  }
  return values;
}

const empty = (value) => (value === "" ? null : value);

const offered = new Map(); // option value → option, of those that the app sent when asked

/** Remember options, so that they can be named and sent whole later. */
export function remember(options) {
  for (const option of options) offered.set(option.value, option);
}

/** The remembered option with this value, or undefined. */
export function remembered(value) {
  return offered.get(value);
}

/** A value as the control API takes it: options that only the app knows travel whole. */
export function outgoing(element, value) {
  if (!/external_select$/.test(element.type)) return empty(value);
  if (Array.isArray(value)) return value.map((each) => offered.get(each) ?? each);
  return offered.get(value) ?? empty(value);
}

const STATELESS = new Set(["button", "overflow", "image", "workflow_button", "icon_button"]);

/** Every element with a value, with its block. */
export function fields(blocks) {
  return blocks.flatMap((block) =>
    [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])]
      .filter((element) => element && !STATELESS.has(element.type))
      .map((element) => [block, element]),
  );
}

// The words of a rich text block: the sandbox writes it as plain text.
function wordsIn(node) {
  if (!node) return "";
  return node.text ?? node.url ?? (node.elements ?? []).map(wordsIn).join("");
}

function initial(element) {
  if (element.type === "rich_text_input") return wordsIn(element.initial_value);
  const chosen = element.initial_options?.map((option) => option.value);
  const one =
    element.initial_option?.value ??
    element.initial_value ??
    element.initial_user ??
    element.initial_channel ??
    element.initial_conversation ??
    element.initial_date ??
    element.initial_time ??
    element.initial_date_time;
  const several =
    chosen ?? element.initial_users ?? element.initial_channels ?? element.initial_conversations;
  return MULTIPLE.test(element.type) ? (several ?? []) : (one ?? "");
}

function fromState(saved) {
  if (saved.type === "rich_text_input") return wordsIn(saved.rich_text_value);
  if (saved.type === "file_input") return saved.files ?? [];
  const several = saved.selected_users ?? saved.selected_channels ?? saved.selected_conversations;
  if (MULTIPLE.test(saved.type)) {
    return several ?? (saved.selected_options ?? []).map((option) => option.value);
  }
  return (
    saved.value ??
    saved.selected_option?.value ??
    saved.selected_user ??
    saved.selected_channel ??
    saved.selected_conversation ??
    saved.selected_date ??
    saved.selected_time ??
    saved.selected_date_time ??
    ""
  );
}

/** What Slack's own client would not send: {block_id: sentence}. */
export function complaints(surface) {
  const found = {};
  for (const [block, element] of fields(surface.blocks)) {
    if (block.type !== "input") continue;
    const text = complaint(block, element, valueOf(surface, block.block_id, element));
    if (text) found[block.block_id] = text;
  }
  return found;
}

function complaint(block, element, value) {
  if (value === "" || value === null || value.length === 0) {
    return block.optional ? null : "Please complete this required field.";
  }
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value)) {
    return "This is not an email address.";
  }
  if (element.type === "url_text_input" && !URL.canParse(value)) return "This is not a web address.";
  if (element.type === "number_input") return numberComplaint(element, Number(value));
  if (value.length < (element.min_length ?? 0)) {
    return `Please write at least ${element.min_length} characters.`;
  }
  return null;
}

function numberComplaint(element, number) {
  if (Number.isNaN(number)) return "This is not a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "This must be a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value)) {
    return `The smallest value here is ${element.min_value}.`;
  }
  if (element.max_value !== undefined && number > Number(element.max_value)) {
    return `The largest value here is ${element.max_value}.`;
  }
  return null;
}
