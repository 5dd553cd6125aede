// Keeps the store in step with the sandbox: reads it, and reads again what is said to have changed.

import * as api from "./api.js";
import { forget } from "./forms.js";
import { change, channel, state } from "./store.js";

let connection = null;

/** Read everything again as this member and listen to what changes for them. */
export async function actAs(user) {
  connection?.close();
  change({ me: user, views: [], home: null, homeOpened: false, unread: new Set() });
  await refreshWorld();
  if (state.refusal) return;
  await refreshViews();
  connection = api.listen(state.me, { changed, connected });
}

// What changed before one listened, or while the connection was lost, was told to nobody.
function connected(isUp) {
  change({ reached: isUp });
  if (isUp) refreshAll();
}

function changed(event) {
  if (event.type === "state") refreshWorld();
  if (event.type === "views") refreshViews();
  if (event.type !== "messages") return;
  if (!channel(event.channel)) refreshWorld();
  if (event.channel === state.channel) refreshMessages();
  else change({ unread: new Set([...state.unread, event.channel]) });
}

/** Read everything again. */
export async function refreshAll() {
  await Promise.all([refreshWorld(), refreshViews(), refreshMessages()]);
}

export const refreshWorld = oneAtATime(async () => {
  const { me } = state;
  const world = await api.readState(me);
  if (me !== state.me) return;
  change({ world, readAt: Date.now() / 1000, me: world.me, reached: true, refusal: null });
});

export const refreshViews = oneAtATime(async () => {
  const { me } = state;
  if (!me) return;
  const { views, home } = await api.readViews(me);
  if (me !== state.me) return;
  const shown = new Set(views.map((view) => view.id));
  state.views.filter((view) => !shown.has(view.id)).forEach((view) => forget(view.id));
  change({ views, home });
});

export const refreshMessages = oneAtATime(async () => {
  const { me, channel: where, thread } = state;
  if (!me || !where) return;
  const [top, replies] = await Promise.all([
    api.readMessages(me, where),
    thread ? api.readMessages(me, where, thread.ts) : null,
  ]);
  if (me !== state.me || where !== state.channel) return;
  change({ messages: top.messages });
  if (thread && thread.ts === state.thread?.ts) {
    change({ thread: { ts: thread.ts, messages: replies.messages } });
  }
});

// A refusal is an answer too: only silence means that the sandbox is gone.
function failed(error) {
  if (error instanceof api.Refused) change({ refusal: error.message });
  else change({ reached: false });
}

// A burst of changes leads to one more reading after the one under way, never to a queue of them.
function oneAtATime(read) {
  let running = null;
  let again = false;
  const loop = async () => {
    do {
      again = false;
      await read();
    } while (again);
  };
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = loop()
      .catch(failed)
      .finally(() => {
        running = null;
      });
    return running;
  };
}
