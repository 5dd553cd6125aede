// A text field that narrows a list: for selects whose options come from the app, and for those
// where several may be chosen.

import { domId, h } from "./dom.js";
import { searchOptions } from "./doing.js";
import { remember, remembered } from "./forms.js";
import { plainText } from "./mrkdwn.js";
import { change, state } from "./store.js";
import * as icons from "./icons.js";

const searches = new Map(); // field key → {query, options, index}

/** Render the field; `options` is null where the app is asked for them. */
export function combobox(spec, place, options) {
  const several = Array.isArray(place.value);
  const chosen = several ? place.value : [place.value].filter((value) => value !== "");
  remember([...(options ?? []), ...started(spec)]);
  const field = { spec, place, options, several, chosen, key: keyOf(spec, place) };
  return h(
    "div",
    { class: "combobox", key: spec.action_id, data: { "menu-root": field.key } },
    h("div", { class: "chips" }, chosen.map((value) => chip(field, value))),
    input(field),
    state.menu === field.key && list(field),
  );
}

const keyOf = (spec, place) => domId("pick", place.surface.key, place.blockId, spec.action_id);
const started = (spec) => [spec.initial_option, ...(spec.initial_options ?? [])].filter(Boolean);

function chip(field, value) {
  const name = plainText(remembered(value)?.text) || value;
  const rest = field.chosen.filter((each) => each !== value);
  const click = () => field.place.choose(field.several ? rest : "");
  const props = { type: "button", class: "chip", "aria-label": `Remove ${name}`, on: { click } };
  return h("button", { ...props, key: value }, name, icons.close());
}

function input(field) {
  const search = searches.get(field.key);
  const open = state.menu === field.key;
  return h("input", {
    ...field.place.common,
    class: "field",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    "aria-expanded": String(open),
    "aria-controls": `${field.key}/list`,
    "aria-activedescendant": open && search ? `${field.key}/${search.index}` : null,
    placeholder: plainText(field.spec.placeholder) || "Type to search",
    value: search?.query ?? "",
    on: {
      focus: () => find(field, search?.query ?? ""),
      click: () => find(field, search?.query ?? ""),
      input: (event) => find(field, event.target.value),
      keydown: (event) => keydown(event, field),
      blur: () => state.menu === field.key && change({ menu: null }),
    },
  });
}

async function find(field, query) {
  searches.set(field.key, { query, options: null, index: 0 });
  change({ menu: field.key });
  const minimum = field.spec.min_query_length ?? 3;
  if (!field.options && query.length < minimum) return;
  const found = field.options
    ? field.options.filter((each) => contains(each, query))
    : await searchOptions(field.place.surface, field.place.blockId, field.spec.action_id, query);
  const search = searches.get(field.key);
  if (search?.query !== query) return;
  remember(found);
  searches.set(field.key, { query, options: found, index: 0 });
  change();
}

function contains(option, query) {
  return plainText(option.text).toLowerCase().includes(query.trim().toLowerCase());
}

const offered = (field) =>
  (searches.get(field.key)?.options ?? []).filter((each) => !field.chosen.includes(each.value));

function list(field) {
  const options = offered(field);
  const { index } = searches.get(field.key);
  const props = { class: "popover options", role: "listbox", id: `${field.key}/list` };
  if (options.length === 0) return h("div", props, h("p", { class: "quiet" }, nothing(field)));
  return h("div", props, options.map((each, at) => row(field, each, at === index, at)));
}

function nothing(field) {
  const search = searches.get(field.key);
  if (search.options) return "Nothing matches.";
  const minimum = field.spec.min_query_length ?? 3;
  return search.query.length < minimum ? `Type ${minimum} or more characters.` : "Searching…";
}

function row(field, each, active, at) {
  const pick = (event) => {
    event.preventDefault();
    take(field, each.value);
  };
  const props = { role: "option", id: `${field.key}/${at}`, "aria-selected": String(active) };
  const on = { mousedown: pick };
  return h("div", { ...props, key: each.value, class: "option", on }, plainText(each.text));
}

function take(field, value) {
  searches.delete(field.key);
  change({ menu: null });
  field.place.choose(field.several ? [...field.chosen, value] : value);
}

function keydown(event, field) {
  const search = searches.get(field.key);
  const options = offered(field);
  if (event.key === "Escape" && state.menu === field.key) {
    event.stopPropagation();
    event.preventDefault();
    change({ menu: null });
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && options.length > 0) {
    event.preventDefault();
    search.index = (search.index + step + options.length) % options.length;
    change();
  }
  if (event.key === "Enter" && state.menu === field.key) {
    event.preventDefault();
    if (options[search.index]) take(field, options[search.index].value);
  }
}
