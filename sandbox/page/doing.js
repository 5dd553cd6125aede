// What people do on the page, sent to the sandbox; what it refuses is told in its own words.

import * as api from "./api.js";
import { collect, outgoing } from "./forms.js";
import { change, channel, now, state, toast } from "./store.js";
import { refreshMessages } from "./sync.js";

/** Do something with the sandbox; answers null and tells the person if it is refused. */
export async function attempt(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error instanceof api.Refused ? error.message : "The sandbox cannot be reached.");
    return null;
  }
}

/** Show one member a line in a conversation that only the page knows about. */
export function notice(text, thread = null) {
  const entry = { me: state.me, channel: state.channel, thread, text };
  const at = Math.max(now(), Number(state.messages?.at(-1)?.ts ?? 0));
  change({ notices: [...state.notices, { ...entry, id: state.notices.length, at }] });
}

/** Send what was typed: a message or a slash command. Answers whether it was taken. */
export async function sendText(text, thread) {
  const command = text.match(/^(\/\S+)\s*([\s\S]*)$/);
  if (command) return runCommand(command[1], command[2], thread);
  const { me, channel: where } = state;
  const message = { user: me, channel: where, text };
  return (await attempt(api.say(thread ? { ...message, thread_ts: thread } : message))) !== null;
}

async function runCommand(command, text, thread) {
  const known = state.world.app.commands.some((each) => each.command === command);
  if (!known) {
    notice(`${command} is not a valid command. In Slack, it would not be sent either.`, thread);
    return false;
  }
  if (thread) {
    notice(`${command} is not supported in threads. Type it in the conversation instead.`, thread);
    return false;
  }
  const answer = await attempt(api.runCommand(state.me, state.channel, command, text));
  if (answer?.error) notice(`${command} failed with the error “${answer.error}”`);
  return answer !== null;
}

/** Start a message shortcut or, without a message, a global one. */
export async function runShortcut(shortcut, message) {
  const where = message ? { channel: message.channel, ts: message.ts } : {};
  const answer = await attempt(api.runShortcut(state.me, shortcut.callback_id, where));
  if (answer?.error) toast(`“${shortcut.name}” failed with the error “${answer.error}”`);
}

/** Press or choose something in a message or a view; asks first where the element says so. */
export function act(surface, blockId, element, value) {
  const run = () => sendAction(surface, blockId, element, value);
  if (!element.confirm) return run();
  const { title, text, confirm, deny, style } = element.confirm;
  change({ question: { title, text, confirm, deny, danger: style === "danger", run } });
  return null;
}

async function sendAction(surface, blockId, element, value) {
  const answer = await attempt(
    api.takeAction({
      user: state.me,
      ...surface.where,
      block_id: blockId,
      action_id: element.action_id,
      value: outgoing(element, value),
      state: collect(surface),
    }),
  );
  if (answer?.error) toast(`The app did not answer (${answer.error}). Try again?`);
}

/** The options of an external select for what was typed so far. */
export async function searchOptions(surface, blockId, actionId, query) {
  const request = { user: state.me, ...surface.where, block_id: blockId, action_id: actionId, query };
  const answer = await attempt(api.readOptions(request));
  if (answer?.error) toast(`The options cannot be shown: ${answer.error}`);
  const groups = answer?.option_groups ?? [];
  return [...(answer?.options ?? []), ...groups.flatMap((group) => group.options)];
}

/** Show the thread that starts with this message. */
export function openThread(ts) {
  change({ thread: { ts, messages: null }, menu: null });
  refreshMessages();
}

/** Copy a text, and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser does not let this page copy; select the text instead.");
  }
}

/** May somebody write here? A sentence if not. */
export function whyClosed() {
  const here = channel(state.channel);
  if (here?.is_archived) return "This channel is archived: nobody can write in it any more.";
  return null;
}
