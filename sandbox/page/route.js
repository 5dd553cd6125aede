// The address keeps where one is: #channel/member, or #channel/member/home.

import { change, channel, isApp, state, toast } from "./store.js";
import { actAs, refreshMessages, refreshViews } from "./sync.js";
import * as api from "./api.js";

/** Show what the address says; what it leaves out or what does not exist is filled in. */
export async function follow() {
  const [wantedChannel, wantedMember, tab] = window.location.hash.slice(1).split("/");
  const member = wantedMember || state.me;
  const wasWithApp = isApp(channel(state.channel));
  if (!state.world || member !== state.me) await enter(member);
  const place = channel(wantedChannel) ?? channel(state.channel) ?? elsewhere(wasWithApp);
  await show(place, tab === "home" && isApp(place) ? "home" : "messages");
}

async function enter(member) {
  await actAs(member);
  if (!member || !state.refusal) return;
  toast(state.refusal);
  await actAs(null);
}

// Everybody has their own direct message with the app: who was in one comes to the other.
function elsewhere(wasWithApp) {
  const channels = state.world?.channels ?? [];
  const withApp = wasWithApp && channels.find(isApp);
  return withApp || (channels.find((each) => !each.is_im) ?? channels[0]);
}

async function show(place, tab) {
  if (!place) return;
  window.history.replaceState(null, "", address(place.id, state.me, tab));
  if (place.id !== state.channel || !state.messages) {
    change({ channel: place.id, messages: null, thread: null, editing: null });
  }
  const unread = new Set([...state.unread].filter((id) => id !== place.id));
  change({ tab, unread, drawer: false, menu: null });
  await Promise.all([refreshMessages(), isApp(place) && openApp(tab)]);
}

// The app is told which of its tabs a member looks at.
async function openApp(tab) {
  await api.openHome(state.me, tab).catch(() => toast("The app's Home could not be opened."));
  if (tab !== "home") return;
  await refreshViews();
  change({ homeOpened: true });
}

/** The address of a place. */
export function address(channelId, memberId, tab) {
  return `#${channelId}/${memberId}${tab === "home" ? "/home" : ""}`;
}

/** Go to a conversation, as the same member. */
export function goTo(channelId, tab = "messages") {
  window.location.hash = address(channelId, state.me, tab);
}

/** Look at the workspace as somebody else, in the same place where they may see it. */
export function become(memberId) {
  change({ messages: null, thread: null });
  window.location.hash = address(state.channel, memberId, "messages");
}
