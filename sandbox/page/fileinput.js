// A field for files: each is given to the sandbox as it is chosen, as Slack uploads it.

import * as api from "./api.js";
import { h } from "./dom.js";
import { attempt } from "./doing.js";
import * as icons from "./icons.js";
import { state } from "./store.js";

const SLICE = 0x8000; // bytes turned into text at once: more would not fit a call's arguments

/** Render the field; its value is the list of files as Slack describes them. */
export function fileInput(spec, place) {
  const most = spec.max_files ?? 10;
  const add = async (event) => {
    const chosen = [...event.target.files].slice(0, most - place.value.length);
    event.target.value = "";
    const sent = await Promise.all(chosen.map(send));
    place.choose([...place.value, ...sent.filter(Boolean)]);
  };
  const accept = spec.filetypes?.map((kind) => `.${kind}`).join(",");
  const props = { ...place.common, class: "field", type: "file", accept, multiple: most > 1 };
  return h(
    "div",
    { class: "files", key: spec.action_id },
    h("div", { class: "chips" }, place.value.map((file) => chip(file, place))),
    place.value.length < most && h("input", { ...props, on: { change: add } }),
  );
}

function chip(file, place) {
  const click = () => place.choose(place.value.filter((each) => each.id !== file.id));
  const props = { type: "button", class: "chip", key: file.id, "aria-label": `Remove ${file.name}` };
  return h("button", { ...props, on: { click } }, file.name, icons.close());
}

async function send(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const type = file.type || "text/plain";
  const answer = await attempt(api.sendFile(state.me, file.name, type, base64(bytes)));
  return answer?.file;
}

function base64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += SLICE) {
    text += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  }
  return btoa(text);
}
