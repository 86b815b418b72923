import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { failed, success, type Result } from '../../core/result.js';
import type { Exchange } from './exchange.js';

/** One request and its answer, a line of a cassette. No key and no token is in it. */
export const Take = z.object({
  client: z.string(),
  provider: z.string(),
  model: z.string(),
  path: z.string(),
  /** SHA-256 of the request as the client made it. */
  hash: z.string(),
  request: z.string(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  /** What came, in the pieces it came in: an answer that was streamed is streamed again. */
  body: z.array(z.string()),
  /** The provider hung up before its end. */
  broken: z.boolean(),
});
export type Take = z.infer<typeof Take>;

const Head = z.object({ cassette: z.literal('aider-orchestrator'), version: z.literal(1) });

/** What identifies a request, whoever asks it, with whatever key, at whatever address and limit. */
export const hashOf = ({ upstream, rest, asked }: Exchange): string =>
  createHash('sha256').update(`${upstream.name} ${rest}\n`).update(asked).digest('hex');

/**
 * Begins a cassette, replacing one that is there; only its owner may read it, since prompts hold the repository's
 * code. Throws when the file cannot be written. `redact` takes the secrets out of every text.
 */
export const beginCassette = (file: string, redact: (text: string) => string): ((take: Take) => void) => {
  writeFileSync(file, `${JSON.stringify({ cassette: 'aider-orchestrator', version: 1 })}\n`, { mode: 0o600 });
  return (take) => {
    const whole = take.body.join('');
    const clean = redact(whole);
    const body = clean === whole ? take.body : [clean];
    const headers = Object.fromEntries(Object.entries(take.headers).map(([name, value]) => [name, redact(value)]));
    const line = { ...take, headers, body, request: redact(take.request), path: redact(take.path) };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  };
};

/** The takes of a cassette in their order, or what is wrong with the file. A broken last line is skipped. */
export const readCassette = (file: string): Result<readonly Take[], string> => {
  try {
    const [head = '', ...lines] = readFileSync(file, 'utf8').split('\n');
    if (!Head.safeParse(JSON.parse(head)).success) return failed(`${file} is no cassette of this version.`);
    return success(lines.flatMap((line, index) => (line === '' ? [] : readTake(line, index === lines.length - 1))));
  } catch (error) {
    return failed(`${file} cannot be read as a cassette: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const readTake = (line: string, isLast: boolean): readonly Take[] => {
  try {
    return [Take.parse(JSON.parse(line))];
  } catch (error) {
    if (isLast) return [];
    throw error;
  }
};
