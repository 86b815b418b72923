import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gateway } from '../../../../src/ports/gateway.js';
import { addUsage, noUsage } from '../../../../src/core/usage.js';

export interface Answer {
  readonly status?: number;
  readonly content?: string;
  readonly finish?: 'stop' | 'length';
  readonly error?: string;
  /** Never answers; resolves `hanging` when the request has come. */
  readonly hang?: boolean;
}

interface Asked {
  /** As it came. */
  readonly body: string;
  readonly prompt: string;
  readonly path: string;
  readonly key: string;
}

export interface Upstream {
  readonly gateway: Gateway;
  readonly asked: readonly Asked[];
  /** Resolves when a request that is to hang has come. */
  readonly hanging: Promise<void>;
  readonly openLeases: () => number;
  /** What the next requests get, the last one for ever. */
  answer(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

/** A model server on loopback and, in front of it in the same process, a stand-in for the gateway's leases. */
export const startUpstream = async (env: Readonly<Record<string, string>>): Promise<Upstream> => {
  const asked: Asked[] = [];
  let script: readonly Answer[] = [{}];
  let leases = 0;
  let seen = { usage: noUsage, statuses: [] as number[], lastError: '', answerCut: false };
  let hangs = (): void => undefined;
  const hanging = new Promise<void>((resolve) => (hangs = resolve));
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      asked.push({ body, prompt: promptOf(body), path: request.url ?? '', key: request.headers.authorization ?? '' });
      const [answer = {}, ...rest] = script;
      if (rest.length > 0) script = rest;
      if (answer.hang === true) return hangs();
      seen = {
        usage: addUsage(seen.usage, { requests: 1, tokensSent: 10, tokensReceived: 5, costUsd: 0.01 }),
        statuses: [...seen.statuses, answer.status ?? 200],
        lastError: answer.error ?? '',
        answerCut: answer.finish === 'length',
      };
      reply(response, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const lease: Gateway['lease'] = () => {
    leases += 1;
    seen = { usage: noUsage, statuses: [], lastError: '', answerCut: false };
    return {
      env: { OPENAI_API_BASE: base, OPENAI_API_KEY: 'throwaway-token', ...env },
      token: 'throwaway-token',
      baseUrl: () => base,
      traffic: () => seen,
      close: () => (leases -= 1),
    };
  };
  return {
    gateway: { lease },
    asked,
    hanging,
    openLeases: () => leases,
    answer: (...answers) => (script = answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
  return body;
};

const promptOf = (body: string): string => {
  const { messages } = JSON.parse(body) as { messages: readonly { content: string }[] };
  return messages.map((message) => message.content).join('\n');
};

const reply = (
  response: ServerResponse,
  { status = 200, content = 'Nothing to do.', finish = 'stop', error }: Answer,
): void => {
  response.writeHead(status, { 'content-type': 'application/json' });
  const refusal = { error: { message: error ?? 'refused', type: error ?? 'error', code: error ?? 'error' } };
  const answer = {
    id: 'a',
    object: 'chat.completion',
    created: 1,
    model: 'scripted',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  };
  response.end(JSON.stringify(status === 200 ? answer : refusal));
};

/** An answer in Aider's `diff` format. An empty `search` makes a new file. */
export const edit = (path: string, search: string, replace: string): string =>
  `Here it is.\n\n${path}\n\`\`\`\n<<<<<<< SEARCH\n${search}=======\n${replace}>>>>>>> REPLACE\n\`\`\`\n`;
