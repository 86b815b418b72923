import { realAider } from '../../__tests__/adapters/aider/support/real-aider.js';
import { edit } from '../../__tests__/adapters/aider/support/upstream.js';
import { openSandboxRig, type SandboxRig } from '../../__tests__/adapters/aider/support/warm-rig.js';
import { timed } from '../lib/statistics.js';
import { childrenMb } from './memory.js';

const greet = 'def greet():\n    return "hi"\n';
const better = edit('src/greet.py', '    return "hi"\n', '    return "hello"\n');

/** A clone with one file and an Aider for it, in the real sandbox; the model answers at once. */
export const openAider = async (start: 'warm' | 'plain'): Promise<SandboxRig> =>
  openSandboxRig({ installation: await realAider(), files: { 'src/greet.py': greet }, start });

/** Times of further messages, the first one left out: from the call to the facts, ms. */
export const timeMessages = async (rig: SandboxRig, count: number): Promise<readonly number[]> => {
  rig.upstream.answer({ content: better });
  await rig.send({});
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    rig.git('reset', '-q', '--hard');
    times.push((await timed(() => rig.send({}))).ms);
  }
  return times;
};

/** Memory of so many agents whose models are thinking, MB. */
export const memoryOfAgents = async (start: 'warm' | 'plain', count: number): Promise<number> => {
  const rigs: SandboxRig[] = [];
  const stop = new AbortController();
  try {
    for (let n = 0; n < count; n += 1) rigs.push(await openAider(start));
    const sent = rigs.map(async ({ upstream, send }) => {
      upstream.answer({ hang: true });
      return send({ signal: stop.signal, timeoutMs: 300_000 });
    });
    await Promise.all(rigs.map(({ upstream }) => upstream.hanging));
    const size = await childrenMb();
    stop.abort();
    await Promise.all(sent);
    return size;
  } finally {
    await Promise.all(rigs.map((rig) => rig.close()));
  }
};
