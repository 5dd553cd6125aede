// Block Kit's interactive elements. Each takes its specification and where it stands:
// {surface, blockId, name, describedBy, inInput, dispatches}.

import { combobox } from "./combobox.js";
import { fileInput } from "./fileinput.js";
import { h } from "./dom.js";
import { act } from "./doing.js";
import { fill, valueOf } from "./forms.js";
import { menuButton } from "./menu.js";
import * as icons from "./icons.js";
import { picture } from "./picture.js";
import { isAddress, plainText, textObject } from "./mrkdwn.js";
import { channelName, state } from "./store.js";

/** Render one element; a kind that the sandbox does not know is named instead. */
export function element(spec, place) {
  const render = KINDS[spec.type];
  if (!render) return h("span", { class: "unknown" }, `Not shown here: ${spec.type}`);
  return render(spec, { ...place, value: valueOf(place.surface, place.blockId, spec) });
}

const KINDS = {
  button,
  image: picture,
  overflow,
  static_select: (spec, place) => select(spec, place, groupsOf(spec)),
  users_select: (spec, place) => select(spec, place, [{ options: people() }]),
  channels_select: (spec, place) => select(spec, place, [{ options: channels() }]),
  conversations_select: (spec, place) => select(spec, place, conversationGroups()),
  external_select: (spec, place) => combobox(spec, picking(spec, place), null),
  multi_static_select: (spec, place) => combobox(spec, picking(spec, place), flat(groupsOf(spec))),
  multi_users_select: (spec, place) => combobox(spec, picking(spec, place), people()),
  multi_channels_select: (spec, place) => combobox(spec, picking(spec, place), channels()),
  multi_conversations_select: (spec, place) =>
    combobox(spec, picking(spec, place), flat(conversationGroups())),
  multi_external_select: (spec, place) => combobox(spec, picking(spec, place), null),
  datepicker: (spec, place) => picker(spec, place, "date"),
  timepicker: (spec, place) => picker(spec, place, "time"),
  datetimepicker: momentPicker,
  radio_buttons: (spec, place) => choices(spec, place, "radio"),
  checkboxes: (spec, place) => choices(spec, place, "checkbox"),
  plain_text_input: (spec, place) => textInput(spec, place, "text"),
  url_text_input: (spec, place) => textInput(spec, place, "url"),
  email_text_input: (spec, place) => textInput(spec, place, "email"),
  rich_text_input: (spec, place) => textInput({ ...spec, multiline: true }, place, "text"),
  file_input: (spec, place) => fileInput(spec, picking(spec, place)),
  number_input: (spec, place) => textInput(spec, place, "number"),
};

// Attributes that every field carries: what tests and assistive technology find it by.
function common(spec, place) {
  return {
    key: spec.action_id,
    id: place.id,
    data: { "action-id": spec.action_id },
    "aria-label": place.id ? null : place.name || plainText(spec.placeholder) || spec.action_id,
    "aria-describedby": place.describedBy,
    "aria-invalid": place.invalid ? "true" : null,
    "aria-required": place.required ? "true" : null,
  };
}

// In a view's input block nothing is sent until the view is, unless the block says otherwise.
function choose(spec, place, value) {
  fill(place.surface, place.blockId, spec.action_id, value);
  if (!place.inInput || place.dispatches) act(place.surface, place.blockId, spec, value);
}

function picking(spec, place) {
  return { ...place, common: common(spec, place), choose: (value) => choose(spec, place, value) };
}

function button(spec, place) {
  const press = () => {
    if (isAddress(spec.url)) window.open(spec.url, "_blank", "noreferrer");
    act(place.surface, place.blockId, spec, spec.value ?? null);
  };
  const props = {
    ...common(spec, place),
    type: "button",
    class: `button ${spec.style ?? "plain"}`,
    "aria-label": spec.accessibility_label,
    on: { click: press },
  };
  return h("button", props, plainText(spec.text));
}

function overflow(spec, place) {
  const items = spec.options.map((option) => ({
    label: plainText(option.text),
    hint: plainText(option.description),
    run: () => act(place.surface, place.blockId, spec, option.value),
  }));
  const name = place.name ? `More actions: ${place.name}` : "More actions";
  return menuButton({
    key: `${place.surface.key}/${place.blockId}/${spec.action_id}`,
    label: name,
    face: icons.more(),
    items,
    data: { "action-id": spec.action_id },
  });
}

const groupsOf = (spec) => spec.option_groups ?? [{ options: spec.options ?? [] }];
const flat = (groups) => groups.flatMap((group) => group.options);
const option = (value, text) => ({ value, text: { type: "plain_text", text, emoji: false } });

function people() {
  return state.world.members
    .filter((each) => !each.deleted)
    .map((each) => option(each.id, each.real_name || each.name));
}

function channels() {
  return state.world.channels
    .filter((each) => !each.is_im)
    .map((each) => option(each.id, `#${each.name}`));
}

function conversationGroups() {
  const direct = state.world.channels.filter((each) => each.is_im);
  const label = (text) => ({ type: "plain_text", text });
  return [
    { label: label("Channels"), options: channels() },
    {
      label: label("Direct messages"),
      options: direct.map((each) => option(each.id, channelName(each))),
    },
  ];
}

function select(spec, place, groups) {
  const props = {
    ...common(spec, place),
    class: "field",
    value: place.value,
    on: { change: (event) => choose(spec, place, event.target.value) },
  };
  const nothing = h("option", { key: "none", value: "" }, plainText(spec.placeholder) || "Choose…");
  return h("span", { class: "select" }, h("select", props, spec.initial_option ? null : nothing, groups.map(optionGroup)));
}

function optionGroup(group, index) {
  const options = group.options.map((each) =>
    h("option", { key: each.value, value: each.value }, plainText(each.text)),
  );
  if (!group.label) return options;
  return h("optgroup", { key: `group ${index}`, label: plainText(group.label) }, options);
}

function picker(spec, place, type) {
  const on = { change: (event) => choose(spec, place, event.target.value) };
  return h("input", { ...common(spec, place), class: "field", type, value: place.value, on });
}

function momentPicker(spec, place) {
  const shown = place.value === "" ? "" : localMoment(Number(place.value));
  const change = (event) => choose(spec, place, Date.parse(event.target.value) / 1000 || "");
  const props = { ...common(spec, place), class: "field", type: "datetime-local", value: shown };
  return h("input", { ...props, on: { change } });
}

function localMoment(seconds) {
  const moment = new Date(seconds * 1000);
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60000);
  return local.toISOString().slice(0, 16);
}

function choices(spec, place, type) {
  const role = type === "radio" ? "radiogroup" : "group";
  const props = { ...common(spec, place), class: "choices", role };
  if (place.labelledBy) Object.assign(props, { "aria-labelledby": place.labelledBy });
  return h("div", props, spec.options.map((each) => choice(spec, place, type, each)));
}

function choice(spec, place, type, each) {
  const picked = type === "radio" ? place.value === each.value : place.value.includes(each.value);
  const toggle = () => {
    if (type === "radio") return choose(spec, place, each.value);
    const others = place.value.filter((value) => value !== each.value);
    return choose(spec, place, picked ? others : [...others, each.value]);
  };
  const name = `${place.surface.key}/${place.blockId}/${spec.action_id}`;
  const on = { change: toggle };
  return h(
    "label",
    { class: "choice", key: each.value },
    h("input", { type, name, value: each.value, checked: picked, on }),
    h("span", null, textObject(each.text), each.description && describe(each.description)),
  );
}

const describe = (text) => h("span", { class: "hint" }, textObject(text));

function textInput(spec, place, kind) {
  const write = (event) => fill(place.surface, place.blockId, spec.action_id, event.target.value);
  const dispatch = () => {
    if (place.dispatches) act(place.surface, place.blockId, spec, place.value);
  };
  const keydown = (event) => {
    if (event.key === "Enter" && !spec.multiline) {
      event.preventDefault();
      if (place.dispatches) dispatch();
      else place.submit?.();
    }
  };
  const props = {
    ...common(spec, place),
    class: "field",
    value: place.value,
    placeholder: plainText(spec.placeholder),
    maxlength: spec.max_length ?? (kind === "text" ? 3000 : null),
    on: { input: write, keydown },
  };
  const autofocus = spec.focus_on_load ? { mount: (node) => queueMicrotask(() => node.focus()) } : {};
  if (spec.multiline) return h("textarea", { ...props, ...autofocus, rows: 5 });
  const inputmode = kind === "number" ? "decimal" : kind;
  return h("input", { ...props, ...autofocus, type: "text", inputmode, autocomplete: "off" });
}
