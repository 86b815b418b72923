import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './answer.js';
import { countTokens, scriptedHeader } from './answer.js';
import type { Call } from './call.js';
import { decline, readCall, speak } from './call.js';
import { renderEdits } from './edits.js';
import type { Hold, Holds } from './holds.js';
import { createHolds, gone } from './holds.js';
import { openAiModels, openAiRefusal } from './openai.js';
import type { Question, Reply, Rule, Script } from './script.js';

/** One request as it came, and how it was answered. `status` 0: never answered. Times are epoch ms. */
export interface RecordedRequest {
  readonly seq: number;
  readonly path: string;
  readonly protocol: Call['protocol'];
  readonly model: string;
  readonly stream: boolean;
  readonly keyHeader: string;
  readonly key: string;
  readonly question: Question;
  /** As it came. */
  readonly body: string;
  /** Name of the rule that answered. */
  readonly rule?: string;
  readonly at: number;
  readonly endedAt?: number;
  readonly status: number;
}

export interface ScriptedModel {
  /** `http://127.0.0.1:<port>`. OpenAI base: `<url>/v1`, Gemini base: `<url>/v1beta`. */
  readonly url: string;
  readonly openAiBase: string;
  readonly geminiBase: string;
  /** What the server says of itself at its start. */
  readonly banner: string;
  readonly requests: readonly RecordedRequest[];
  /** Requests no rule matched; each was answered with a 404 model error. */
  readonly unmatched: readonly RecordedRequest[];
  /** Most requests that were open at the same time. */
  readonly peak: number;
  hold(matches: (question: Question) => boolean): Hold;
  /** Ends every open answer and the server. */
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  readonly script: Script;
  /** Delay before every answer, ms, so that agents overlap visibly. Default 0. */
  readonly latencyMs?: number;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly log?: (line: string) => void;
}

/** A model server on loopback that answers from a script and says so: OpenAI chat and Gemini protocols. */
export const startScriptedModel = async (options: ScriptedModelOptions): Promise<ScriptedModel> => {
  const state = newState(options);
  const server = createServer((request, response) => void serve(state, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const banner = `scripted model "${options.script.name}" at ${url}: its answers are written beforehand, no model runs and nothing is paid`;
  options.log?.(banner);
  return {
    url,
    openAiBase: `${url}/v1`,
    geminiBase: `${url}/v1beta`,
    banner,
    requests: state.requests,
    get unmatched() {
      return state.requests.filter((each) => each.rule === undefined);
    },
    get peak() {
      return state.peak;
    },
    hold: state.holds.hold,
    close: () => {
      state.holds.releaseAll();
      state.closed.abort();
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
};

interface State {
  readonly options: ScriptedModelOptions;
  readonly requests: Mutable<RecordedRequest>[];
  readonly used: Map<Rule, number>;
  readonly holds: Holds;
  readonly closed: AbortController;
  open: number;
  peak: number;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const newState = (options: ScriptedModelOptions): State => ({
  options,
  requests: [],
  used: new Map(),
  holds: createHolds(),
  closed: new AbortController(),
  open: 0,
  peak: 0,
});

const serve = async (state: State, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const left = new AbortController();
  response.on('close', () => {
    left.abort();
  });
  const answer = await answerTo(state, request, AbortSignal.any([left.signal, state.closed.signal]));
  if (answer === undefined || response.destroyed) response.destroy();
  else response.writeHead(answer.status, answer.headers).end(answer.body);
};

const answerTo = async (state: State, request: IncomingMessage, left: AbortSignal): Promise<Answer | undefined> => {
  const script = state.options.script.name;
  const body = await readAll(request).catch(() => '');
  if (request.method === 'GET' && /\/models$/.test(request.url ?? ''))
    return openAiModels(script, ['gpt-4.1', 'gemini-2.5-pro']);
  const call = tryToRead(request, body);
  if (call === undefined)
    return openAiRefusal({ script, status: 404, code: 'unknown_request', message: `No ${request.url ?? ''} here` });
  state.peak = Math.max(state.peak, (state.open += 1));
  const record = recorded(state, request, { ...call, body });
  const answer = await answerCall(state, call, record, left);
  state.open -= 1;
  Object.assign(record, { status: answer?.status ?? 0, endedAt: Date.now() });
  state.options.log?.(logLine(record));
  return answer;
};

const tryToRead = (request: IncomingMessage, body: string): Call | undefined => {
  try {
    return readCall(request, body);
  } catch {
    return undefined;
  }
};

const recorded = (
  state: State,
  request: IncomingMessage,
  call: Call & { readonly body: string },
): Mutable<RecordedRequest> => {
  const record: Mutable<RecordedRequest> = {
    seq: state.requests.length + 1,
    path: request.url ?? '',
    protocol: call.protocol,
    model: call.model,
    stream: call.stream,
    keyHeader: call.keyHeader,
    key: call.key,
    question: call.question,
    body: call.body,
    at: Date.now(),
    status: 0,
  };
  state.requests.push(record);
  return record;
};

const answerCall = async (
  state: State,
  call: Call,
  record: Mutable<RecordedRequest>,
  left: AbortSignal,
): Promise<Answer | undefined> => {
  const script = state.options.script.name;
  const rule = state.options.script.rules.find((each) => each.matches(call.question));
  if (rule === undefined) return decline(call.protocol, { script, ...unknown });
  record.rule = rule.name;
  const reply = nextReply(state, rule);
  await state.holds.pass(call.question, left);
  await delay(rule.latencyMs ?? state.options.latencyMs ?? 0, undefined, { signal: left }).catch(() => undefined);
  if (reply.kind === 'hang') await gone(left);
  if (left.aborted) return undefined;
  return say(call, reply, { script, seq: record.seq });
};

const unknown = {
  status: 404,
  code: 'scripted_model_has_no_answer',
  message: 'The script has no answer to this request',
};

const nextReply = (state: State, rule: Rule): Reply => {
  const count = state.used.get(rule) ?? 0;
  state.used.set(rule, count + 1);
  return rule.replies[Math.min(count, rule.replies.length - 1)] ?? rule.replies[0];
};

const say = (call: Call, reply: Reply, from: { script: string; seq: number }): Answer | undefined => {
  switch (reply.kind) {
    case 'hang':
      return undefined;
    case 'refuse':
      return decline(call.protocol, { ...reply, script: from.script });
    case 'text':
      return speak(call, { ...from, ...spokenBy(call), text: reply.text, finish: reply.finish ?? 'stop' });
    case 'edits': {
      const text = textOf(call, reply);
      if (text.ok) return speak(call, { ...from, ...spokenBy(call), text: text.words, finish: 'stop' });
      return decline(call.protocol, { ...from, status: 400, code: 'scripted_edit_does_not_fit', message: text.words });
    }
  }
};

/** An edit that does not fit the files of the request is a scripting bug: told in the answer, seen in the record. */
const textOf = (call: Call, reply: Extract<Reply, { kind: 'edits' }>): { ok: boolean; words: string } => {
  try {
    return { ok: true, words: renderEdits(reply.say, reply.edits, call.question) };
  } catch (error) {
    return { ok: false, words: error instanceof Error ? error.message : String(error) };
  }
};

const spokenBy = (call: Call) => ({
  model: call.model,
  stream: call.stream,
  includeUsage: call.includeUsage,
  promptTokens: countTokens(call.prompt),
});

const logLine = (record: RecordedRequest): string => {
  const what = record.question.task ?? record.question.kind;
  const seconds = (((record.endedAt ?? record.at) - record.at) / 1000).toFixed(1);
  return `${scriptedHeader} ${record.protocol} ${record.model} ${what}: ${String(record.status)} after ${seconds} s`;
};
