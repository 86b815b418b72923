import { randomUUID } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Ended, Launch, Standby } from '../../ports/place.js';
import { watch } from '../processes/run-group.js';
import { tailBuffer } from '../processes/tail-buffer.js';

/** What the warm process says when a message is over: the exit code, negative for a signal. */
const Answer = z.strictObject({ exit: z.int() });

const exitIn = (line: string): number | undefined => {
  try {
    return Answer.safeParse(JSON.parse(line)).data?.exit;
  } catch {
    return undefined;
  }
};

/** Room beside what is kept, for secrets that stand at the cut. */
const slack = 8_192;

const readTail = async (file: FileHandle, { maxOutputBytes, redact }: Launch): Promise<string> => {
  const { size } = await file.stat();
  const length = Math.min(size, maxOutputBytes + slack);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  const tail = tailBuffer({ maxBytes: maxOutputBytes, redact });
  tail.push(buffer.subarray(0, bytesRead));
  return tail.text();
};

/**
 * Has a warm Aider carry out a launch as `Place.run` would: environment, time-out, abort and end mean the same, and at
 * the end no process of the message is left. At full time, or on abort, the whole standby ends; it can take no further
 * message then. Its output goes to a file below `folder` that is opened by us and read through the same descriptor,
 * whatever the name stands for meanwhile.
 */
export const runWarm = async (standby: Standby, launch: Launch, folder: string): Promise<Ended> => {
  const startedAt = performance.now();
  const path = join(folder, `output-${randomUUID()}.log`);
  const file = await open(path, 'wx+', 0o600);
  try {
    const watcher = watch(
      launch,
      () => void standby.end(),
      () => fstatSync(file.fd).size,
    );
    if (launch.signal.aborted) void standby.end();
    standby.say(JSON.stringify({ args: launch.args, env: launch.env, output: path }));
    const said = await standby.hear();
    const killedBy = watcher.close() ?? (launch.signal.aborted ? 'cancel' : null);
    const exit = said === undefined ? undefined : exitIn(said);
    const end = exit === undefined ? await standby.end() : undefined;
    const output = await readTail(file, launch);
    return {
      // As the sandbox's own shell tells a signal.
      exitCode: exit === undefined ? null : exit < 0 ? 128 - exit : exit,
      signal: end?.signal ?? null,
      killedBy: exit === undefined ? killedBy : null,
      spawnError: null,
      stdout: output,
      stderr: '',
      output: end === undefined ? output : `${output}${end.stderr}`,
      durationMs: performance.now() - startedAt,
    };
  } finally {
    await file.close();
  }
};
