import { createModel } from '../../../src/adapters/models/model.js';
import { startGateway } from '../../../src/adapters/gateway/gateway.js';
import { PlanDocument } from '../../../src/core/plan/plan.js';
import { Prd } from '../../../src/core/prd.js';
import type { Script, ScriptedModel } from '../../../demo/model/index.js';
import {
  edits,
  hang,
  onAnything,
  onPlan,
  onPrd,
  onRepair,
  onTask,
  refuse,
  replace,
  startScriptedModel,
  text,
  write,
} from '../../../demo/model/index.js';
import { crud } from '../../../demo/scenarios/index.js';

let server: ScriptedModel;

const start = async (...rules: Script['rules']): Promise<void> => {
  server = await startScriptedModel({ script: { name: 'test', rules } });
};
afterEach(async () => {
  await server.close();
});

const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

const ask = async (model: string, name: 'prd' | 'plan') => {
  const gateway = await startGateway({
    clock,
    providers: [
      { name: 'openai', base: server.openAiBase, key: 'real-openai-key' },
      { name: 'gemini', base: server.geminiBase, key: 'real-gemini-key' },
    ],
  });
  const schema = name === 'prd' ? Prd : PlanDocument;
  const signal = new AbortController().signal;
  const question = { model, name, schema, system: 'Answer.', prompt: 'Please.', signal } as const;
  const answer = await createModel({ gateway, clock }).ask<unknown>(question);
  await gateway.close();
  return answer;
};

const chat = (content: string, more: object = {}): Promise<Response> =>
  fetch(`${server.openAiBase}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer agent-key' },
    body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content }], ...more }),
  });

const work = (task: string, attempt = 1, iteration = 1): string =>
  `Work on task \`${task}\` (attempt ${String(attempt)}, iteration ${String(iteration)} of 3).\n\nDo it.`;

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly system_fingerprint: string;
}
const completion = async (response: Response): Promise<Completion> => (await response.json()) as Completion;
const said = async (response: Response): Promise<string> =>
  (await completion(response)).choices[0]?.message.content ?? '';

describe('structured questions', () => {
  it.each(['gemini/gemini-2.5-pro', 'openai/gpt-4.1'])('are answered by PRD and plan for %s', async (model) => {
    await start(onPrd(crud.prd), onPlan(crud.plan));
    expect(await ask(model, 'prd')).toMatchObject({ ok: true, value: { value: crud.prd } });
    expect(await ask(model, 'plan')).toMatchObject({ ok: true, value: { value: crud.plan } });
    const key = model.startsWith('gemini') ? 'real-gemini-key' : 'real-openai-key';
    expect(server.requests.map((each) => [each.question.kind, each.key])).toEqual([
      ['prd', key],
      ['plan', key],
    ]);
  });

  it('are metered: four characters a token', async () => {
    await start(onPrd(crud.prd));
    const answer = await ask('gemini/gemini-2.5-pro', 'prd');
    const received = Math.ceil(JSON.stringify(crud.prd).length / 4);
    expect(answer).toMatchObject({ ok: true, value: { usage: { tokensReceived: received } } });
    expect(answer.ok && answer.value.usage.tokensSent).toBeGreaterThan(0);
  });
});

describe('messages to agents', () => {
  it('are told apart by the last fixed line, and each task gets its replies in order', async () => {
    await start(onTask('a', text('first'), text('second')), onTask('b', text('other')));
    expect(await said(await chat(work('a')))).toBe('first');
    expect(await said(await chat(`${work('a')}\n\n> quoted\n${work('b')}`))).toBe('other');
    expect(await said(await chat(work('a', 1, 2)))).toBe('second');
    expect(await said(await chat(work('a', 2, 1)))).toBe('second');
    expect(server.requests.at(-1)).toMatchObject({
      question: { task: 'a', attempt: 2, iteration: 1 },
      key: 'agent-key',
    });
  });

  it('may be repairs, with rules of their own', async () => {
    await start(onRepair('a', text('mended')), onTask('a', text('made')));
    expect(await said(await chat('Repair task `a` (round 2).\n\nIt is red.'))).toBe('mended');
    expect(server.requests[0]?.question).toMatchObject({ kind: 'repair', round: 2 });
  });

  it('say that they are scripted, and count their tokens', async () => {
    await start(onTask('a', text('twelve chars')));
    const response = await chat(work('a'));
    expect(response.headers.get('x-scripted-model')).toBe('test');
    const body = await completion(response);
    expect(body.system_fingerprint).toBe('scripted-model');
    expect(body.usage.completion_tokens).toBe(3);
    expect(server.banner).toMatch(/scripted/);
  });

  it('are streamed when asked, with usage at the end', async () => {
    await start(onTask('a', text('one two three four five')));
    const body = await (await chat(work('a'), { stream: true, stream_options: { include_usage: true } })).text();
    const events = body.split('\n\n').filter((line) => line.startsWith('data: {'));
    const chunks = events.map((line) => JSON.parse(line.slice(6)) as Chunk);
    expect(chunks.map((each) => each.choices[0]?.delta.content ?? '').join('')).toBe('one two three four five');
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(6);
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('carry edits against the files the chat shows', async () => {
    await start(onTask('a', edits('Here.', write('src/a.js', 'new\n'), replace('README.md', 'old line', 'new line'))));
    const shown =
      'I have *added these files to the chat*\n\nsrc/a.js\n````\nwas\n````\n\nREADME.md\n````\n```\nold line\n```\n````\n';
    const messages = [
      { role: 'system', content: 'Use *SEARCH/REPLACE* blocks' },
      { role: 'user', content: shown },
      { role: 'user', content: work('a') },
    ];
    const answer = await said(await chat('', { messages }));
    expect(answer).toContain('src/a.js\n````\n<<<<<<< SEARCH\nwas\n=======\nnew\n>>>>>>> REPLACE\n````');
    expect(answer).toContain('README.md\n````\n<<<<<<< SEARCH\nold line\n=======\nnew line\n>>>>>>> REPLACE\n````');
  });
});

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string } }[];
  readonly usage?: { readonly completion_tokens: number };
}

describe('faults', () => {
  it.each([
    [401, 'invalid_api_key'],
    [503, 'overloaded'],
  ])('refuse with %i in the form of both protocols', async (status, code) => {
    await start(onAnything(refuse(status, code, 'No')));
    const openai = await chat(work('a'));
    expect([openai.status, ((await openai.json()) as { error: { code: string } }).error.code]).toEqual([status, code]);
    const gemini = await fetch(`${server.geminiBase}/models/m:generateContent`, {
      method: 'POST',
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'x' }] }] }),
    });
    expect([gemini.status, ((await gemini.json()) as { error: { code: number } }).error.code]).toEqual([
      status,
      status,
    ]);
  });

  it('say how long to wait on 429', async () => {
    await start(onAnything(refuse(429, 'rate_limit_exceeded', 'Slow down', 7)));
    expect((await chat('x')).headers.get('retry-after')).toBe('7');
  });

  it('cut an answer at its limit', async () => {
    await start(onAnything(text('half', 'length')));
    expect((await completion(await chat('x'))).choices[0]?.finish_reason).toBe('length');
  });

  it('hang until the client leaves', async () => {
    await start(onAnything(hang));
    const waiting = server.hold(() => true);
    const client = new AbortController();
    const asked = fetch(`${server.openAiBase}/chat/completions`, {
      method: 'POST',
      signal: client.signal,
      body: JSON.stringify({ model: 'm', messages: [] }),
    }).catch(() => 'left');
    await waiting.arrived();
    waiting.release();
    client.abort();
    expect(await asked).toBe('left');
    expect(server.requests[0]?.status).toBe(0);
  });

  it('tell an unknown request by a 404 and keep it as unmatched', async () => {
    await start(onTask('a', text('x')));
    const response = await chat('Who are you?');
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('scripted_model_has_no_answer');
    expect(server.unmatched).toHaveLength(1);
  });

  it('tell a body that is no request by a 404 too', async () => {
    await start();
    const response = await fetch(`${server.openAiBase}/chat/completions`, { method: 'POST', body: '{' });
    expect(response.status).toBe(404);
  });
});

describe('holding', () => {
  it('keeps answers back until released and shows how many were open at once', async () => {
    await start(onTask('a', text('x')), onTask('b', text('y')));
    const held = server.hold((question) => question.kind === 'task');
    const answers = Promise.all([chat(work('a')), chat(work('b'))]);
    await held.arrived(2);
    expect(server.requests.every((each) => each.status === 0)).toBe(true);
    held.release();
    expect((await answers).map((each) => each.status)).toEqual([200, 200]);
    expect(server.peak).toBe(2);
  });
});
