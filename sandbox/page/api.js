// The sandbox's control API (docs/sandbox.md), one function per call.

/** What the sandbox refused, in its own sentence. */
export class Refused extends Error {}

async function read(path, query = {}) {
  const wanted = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  return answer(await fetch(`/sandbox/${path}?${new URLSearchParams(wanted)}`));
}

async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  return answer(
    await fetch(`/sandbox/${path}`, { method: "POST", headers, body: JSON.stringify(body) }),
  );
}

async function answer(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(body.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

export const readState = (user) => read("state", { user });
export const readMessages = (user, channel, thread) =>
  read("messages", { user, channel, thread_ts: thread });
export const readViews = (user) => read("views", { user });
export const readTraffic = (since) => read("traffic", { since });

export const say = (message) => send("message", message);
export const editMessage = (user, channel, ts, text) =>
  send("message/edit", { user, channel, ts, text });
export const deleteMessage = (user, channel, ts) => send("message/delete", { user, channel, ts });
export const runCommand = (user, channel, command, text) =>
  send("command", { user, channel, command, text });
export const runShortcut = (user, callbackId, where = {}) =>
  send("shortcut", { user, callback_id: callbackId, ...where });
export const takeAction = (action) => send("action", action);
export const submitView = (user, viewId, state) =>
  send("view/submit", { user, view_id: viewId, state });
export const closeView = (user, viewId, clear) =>
  send("view/close", { user, view_id: viewId, clear });
export const readOptions = (request) => send("options", request);
export const openHome = (user, tab) => send("home/open", { user, tab });
export const advanceClock = (seconds) => send("clock", { advance: seconds });
export const readLevers = () => read("lab", {});
export const setFaults = (wanted) => send("faults", wanted);
export const setRateLimits = (on) => send("rate_limits", { on });
export const setConnections = (what) => send("connections", { do: what });
export const redeliver = (times) => send("redeliver", { times });
export const setApp = (installed) => send("app", { installed });
export const setMember = (user, roles) => send("member", { user, ...roles });
export const createChannel = (user, name, isPrivate) =>
  send("channel/create", { user, name, is_private: isPrivate });
export const renameChannel = (user, channel, name) => send("channel/rename", { user, channel, name });
export const archiveChannel = (user, channel, archived) =>
  send("channel/archive", { user, channel, archived });
export const setMembers = (user, channel, moved) => send("channel/members", { user, channel, ...moved });
export const sendFile = (user, name, mimetype, content) =>
  send("file", { user, name, mimetype, content });
export const reset = () => send("reset", {});

/** Call back for each change that this member sees; answers the connection, to be closed. */
export function listen(user, { changed, connected }) {
  const source = new EventSource(`/sandbox/events?${new URLSearchParams({ user })}`);
  source.onmessage = (event) => changed(JSON.parse(event.data));
  source.onopen = () => connected(true);
  source.onerror = () => connected(false);
  return source;
}
