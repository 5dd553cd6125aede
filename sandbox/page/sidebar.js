// The left side: the workspace, whom one acts as, and the conversations.

import { domId, h } from "./dom.js";
import * as icons from "./icons.js";
import { menuButton } from "./menu.js";
import { avatar } from "./people.js";
import { address, become } from "./route.js";
import { change, channelName, isApp, member, nameOf, state } from "./store.js";

/** Render the sidebar. */
export function sidebar() {
  const { world } = state;
  const shown = world.channels.filter((each) => !each.is_archived || each.id === state.channel);
  const direct = shown.filter((each) => each.is_im && !isApp(each));
  return h(
    "nav",
    { class: state.drawer ? "sidebar open" : "sidebar", "aria-label": "Workspace" },
    h("div", { class: "workspace" }, world.team.name),
    actingAs(),
    h(
      "div",
      { class: "conversations" },
      section("Channels", shown.filter((each) => !each.is_im), "You are in no channel yet."),
      section("Direct messages", direct, "No direct messages yet."),
      section("Apps", shown.filter(isApp), "The app is not installed."),
    ),
  );
}

function actingAs() {
  const { me, world } = state;
  const people = world.members.filter((each) => !each.is_bot && !each.deleted);
  const face = [
    avatar(me),
    h("span", { class: "who" }, h("b", null, nameOf(me)), h("small", null, member(me).title)),
    icons.down(),
  ];
  const items = people.map((each) => ({
    label: nameOf(each.id),
    hint: role(each),
    face: avatar(each.id),
    checked: each.id === me,
    run: () => become(each.id),
  }));
  return h(
    "div",
    { class: "acting" },
    h("span", { class: "acting-label" }, "Acting as"),
    menuButton({
      key: "act-as",
      label: `Acting as ${nameOf(me)}. Act as somebody else`,
      title: "Act as somebody else",
      face,
      items: [{ heading: "See the workspace as" }, ...items],
      className: "acting-button",
    }),
  );
}

function role(found) {
  return [found.title, found.is_admin && "admin"].filter(Boolean).join(" · ");
}

function section(title, found, nothing) {
  const id = domId("section", title);
  return h(
    "section",
    { "aria-labelledby": id, key: title },
    h("h2", { id }, title),
    found.length === 0 && h("p", { class: "quiet" }, nothing),
    h("ul", null, found.map(conversation)),
  );
}

function conversation(found) {
  const current = found.id === state.channel;
  const unread = state.unread.has(found.id);
  const props = {
    href: address(found.id, state.me, "messages"),
    class: unread ? "conversation unread" : "conversation",
    data: { "channel-id": found.id },
    "aria-current": current ? "page" : null,
    on: { click: () => change({ drawer: false }) },
  };
  const mark = unread && h("span", { class: "unread-mark" }, "new");
  return h("li", { key: found.id }, h("a", props, sign(found), label(found), mark));
}

function sign(found) {
  if (found.is_im) return avatar(found.with, "small");
  return found.is_private ? icons.lock() : icons.hash();
}

const label = (found) => h("span", { class: "conversation-name" }, channelName(found));
