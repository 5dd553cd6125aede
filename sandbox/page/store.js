// Everything the page knows, in one object; what changes it says so, and the page is drawn again.

/** What the page shows. `reached` is null until the sandbox has answered for the first time. */
export const state = {
  reached: null,
  refusal: null, // why the sandbox would not show the workspace, in its words
  world: null, // the answer of /sandbox/state
  readAt: 0, // when it was read, by the browser's clock in seconds
  me: null,
  channel: null,
  tab: "messages", // or "home", with the app
  messages: null, // null while they are read
  thread: null, // {ts, messages}
  views: [],
  home: null,
  homeOpened: false,
  unread: new Set(),
  notices: [], // what the page itself says: {id, me, channel, thread, at, text}
  drafts: new Map(), // "C1" or "C1/thread ts" → what is typed there
  sent: 0, // how often something was sent: the lists then show their newest
  completion: { key: null, index: 0, dismissed: null },
  editing: null, // {ts, text}
  menu: null, // the key of the menu that is open
  question: null, // {title, text, confirm, deny, danger, run}
  toast: null,
  drawer: false, // the sidebar on a narrow screen
  lab: {
    open: false,
    tab: "traffic",
    traffic: [], // oldest first
    shown: null, // the number of the call that is unfolded
    filter: "",
    errorsOnly: false,
    paused: false,
    levers: null, // the answer of /sandbox/lab
    fault: { method: "*", kind: "ratelimited", times: "1", seconds: "5", retryAfter: "1" },
  },
};

let draw = () => {};
let isDue = false;

/** Call this function after changes, once per turn. */
export function onChange(callback) {
  draw = callback;
}

/** Take over the changes and have the page drawn. */
export function change(changes = {}) {
  Object.assign(state, changes);
  if (isDue) return;
  isDue = true;
  queueMicrotask(() => {
    isDue = false;
    draw();
  });
}

/** The sandbox's time now, in seconds. */
export function now() {
  return state.world.now + Date.now() / 1000 - state.readAt;
}

/** The member with this id; unknown ones keep their id as their name. */
export function member(id) {
  return (
    state.world?.members.find((each) => each.id === id) ?? { id, name: id, real_name: id, title: "" }
  );
}

/** The channel with this id, or undefined. */
export function channel(id) {
  return state.world?.channels.find((each) => each.id === id);
}

/** What to call a member. */
export function nameOf(id) {
  const found = member(id);
  return found.real_name || found.name;
}

/** What to call a channel: the other person's name for a direct message. */
export function channelName(found) {
  return found.is_im ? nameOf(found.with) : found.name;
}

/** Is this channel the direct message with the app? */
export function isApp(found) {
  return Boolean(found?.is_im) && found.with === state.world.app.bot_user_id;
}

/** Show a short message for a while; the newest wins. */
export function toast(text) {
  const shown = { text };
  change({ toast: shown });
  setTimeout(() => {
    if (state.toast === shown) change({ toast: null });
  }, 8000);
}
