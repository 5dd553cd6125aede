// A small keyed view layer: describe nodes with h(), and patch() brings the page up to date
// without replacing what is there, so that focus, caret, scroll and typed text survive.
// Strings become text nodes: nothing that somebody wrote is ever read as markup.

const SVG_TAGS = new Set(["svg", "path", "circle"]);
const PROPERTIES = new Set(["value", "checked", "selected", "disabled", "indeterminate"]);
const RESERVED = new Set(["key", "on", "data", "style", "mount", "update", "unmount"]);

/** Describe an element; false, null and undefined children are left out. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: tidy(children) };
}

/** An icon from its path on a 20 by 20 grid; hidden from assistive technology. */
export function icon(path) {
  return h(
    "svg",
    { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" },
    h("path", { d: path }),
  );
}

/** An id for an element, from names that may hold anything: ids must not hold spaces. */
export function domId(...names) {
  return names.map(encodeURIComponent).join("/");
}

/** Make the children of a node match the descriptions. */
export function patch(parent, ...descriptions) {
  patchChildren(parent, tidy(descriptions));
}

function tidy(children) {
  return children
    .flat(Infinity)
    .map((child, slot) => describe(child, slot))
    .filter((child) => child !== null);
}

// The slot counts what is left out, so that a hint that appears does not shift its neighbours.
function describe(child, slot) {
  if (child === null || child === undefined || child === false || child === "") return null;
  if (typeof child === "object") return { ...child, slot };
  return { text: String(child), props: {}, slot };
}

function patchChildren(parent, descriptions) {
  const waiting = new Map((parent.shown ?? []).map((node) => [node.identity, node]));
  const kept = descriptions.map((description) => {
    const identity = identify(description);
    const node = waiting.get(identity);
    waiting.delete(identity);
    return { identity, description, node };
  });
  for (const leftover of waiting.values()) {
    leftover.unmount?.(leftover);
    leftover.remove();
  }
  parent.shown = [];
  let previous = null;
  for (const { identity, description, node } of kept) {
    const live = node ?? create(description);
    live.identity = identity;
    place(parent, live, previous);
    update(live, description, node === undefined);
    parent.shown.push(live);
    previous = live;
  }
}

function identify({ tag = "#text", props, slot }) {
  return `${tag}:${props.key ?? `at ${slot}`}`;
}

function create({ tag }) {
  if (tag === undefined) return document.createTextNode("");
  if (SVG_TAGS.has(tag)) return document.createElementNS("http://www.w3.org/2000/svg", tag);
  return document.createElement(tag);
}

function place(parent, node, previous) {
  const expected = previous ? previous.nextSibling : parent.firstChild;
  if (node !== expected) parent.insertBefore(node, expected);
}

function update(node, description, isNew) {
  if (description.tag === undefined) {
    if (node.data !== description.text) node.data = description.text;
    return;
  }
  const { props } = description;
  setAttributes(node, props);
  setListeners(node, props.on ?? {});
  setStyle(node, props.style ?? {});
  patchChildren(node, description.children);
  setProperties(node, props);
  node.unmount = props.unmount;
  if (isNew) props.mount?.(node);
  props.update?.(node);
}

function setAttributes(node, props) {
  const wanted = new Map();
  for (const [name, value] of Object.entries(props)) {
    if (RESERVED.has(name) || PROPERTIES.has(name)) continue;
    if (value === null || value === undefined || value === false) continue;
    wanted.set(name, value === true ? "" : String(value));
  }
  for (const [name, value] of Object.entries(props.data ?? {})) {
    if (value !== null && value !== undefined) wanted.set(`data-${name}`, String(value));
  }
  for (const name of node.attributeNames ?? []) {
    if (!wanted.has(name)) node.removeAttribute(name);
  }
  for (const [name, value] of wanted) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  node.attributeNames = [...wanted.keys()];
}

function setProperties(node, props) {
  for (const name of PROPERTIES) {
    if (name in props && node[name] !== props[name]) node[name] = props[name];
  }
}

function setListeners(node, listeners) {
  const known = node.listeners ?? {};
  for (const type of Object.keys(listeners)) {
    if (type in known) continue;
    node.addEventListener(type, (event) => node.listeners[type]?.(event));
  }
  const forgotten = Object.fromEntries(Object.keys(known).map((type) => [type, null]));
  node.listeners = { ...forgotten, ...listeners };
}

function setStyle(node, style) {
  for (const [name, value] of Object.entries(style)) {
    if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
  }
}
