// Pictures in blocks. The sandbox loads nothing from other machines: a picture that lives
// elsewhere is shown by its description and a link.

import { h } from "./dom.js";
import { link, plainText } from "./mrkdwn.js";

/** Render an image element or block. */
export function picture(spec) {
  const address = addressOf(spec);
  if (isLocal(address)) return h("img", { class: "picture", src: address, alt: spec.alt_text });
  return h(
    "span",
    { class: "picture elsewhere", role: "img", "aria-label": spec.alt_text },
    h("span", null, spec.alt_text || plainText(spec.title) || "Picture"),
    address && link(address, "Open picture"),
  );
}

function addressOf({ image_url, slack_file }) {
  if (slack_file?.id) return new URL(`/picture/${slack_file.id}`, window.location).href;
  return image_url ?? slack_file?.url ?? "";
}

function isLocal(address) {
  if (address.startsWith("data:image/")) return true;
  return URL.canParse(address) && new URL(address).origin === window.location.origin;
}
