import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { gitEnv } from '../git.js';

/** An object of the store. */
export interface ObjectInfo {
  readonly id: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
}

export interface ReadObject extends ObjectInfo {
  readonly data: Buffer;
}

/** Reads objects of one store by ids and by what git makes of them, such as `<commit>^{tree}`. */
export interface ObjectReader {
  /** Undefined when it is not there. Rejects when git cannot be asked. */
  read(name: string): Promise<ReadObject | undefined>;
  /** The same without its content. */
  info(name: string): Promise<ObjectInfo | undefined>;
  /** Ends git; a later question starts it again. */
  close(): void;
}

interface Question {
  readonly command: 'contents' | 'info';
  readonly answer: (object: ReadObject | undefined) => void;
  readonly fail: (error: Error) => void;
}

interface Session {
  readonly child: ChildProcess;
  readonly open: Question[];
}

const lineEnd = 0x0a;
const namePattern = /^[\w.^{}-]+$/;

/**
 * One `git cat-file --batch-command` for all questions: a process each costs more than most answers. It reads our
 * commands from a pipe, so it ends with us however we end, and finds objects that were added after it began.
 */
export const openObjectReader = (store: string): ObjectReader => {
  let session: Session | undefined;

  const begin = (): Session => {
    // In a group of its own: Ctrl-C is ours to handle, and what is left to do then needs it.
    const child = spawn('git', ['cat-file', '--batch-command'], {
      ...{ cwd: store, env: gitEnv(), stdio: ['pipe', 'pipe', 'ignore'], detached: true },
    });
    const own: Session = { child, open: [] };
    const end = (error: Error): void => {
      if (session === own) session = undefined;
      own.open.splice(0).forEach((question) => question.fail(error));
    };
    child.once('error', end);
    child.once('close', (code) => end(new Error(`git cat-file ended with ${code} before it had answered`)));
    child.stdin?.on('error', () => undefined);
    answerFrom(own);
    session = own;
    return own;
  };
  const ask = (command: Question['command'], name: string): Promise<ReadObject | undefined> =>
    new Promise((answer, fail) => {
      if (!namePattern.test(name)) return fail(new Error(`${JSON.stringify(name)} names no object`));
      const { child, open } = session ?? begin();
      open.push({ command, answer, fail });
      hold(child, true);
      child.stdin?.write(`${command} ${name}\n`);
    });

  /** To read twice harms nobody: a git that was killed is replaced, one that cannot be started is told. */
  const askTwice: typeof ask = (command, name) => ask(command, name).catch(() => ask(command, name));

  return {
    read: (name) => askTwice('contents', name),
    info: (name) => askTwice('info', name),
    close: () => {
      session?.child.stdin?.end();
      session = undefined;
    },
  };
};

/** While nothing is asked it does not keep our process alive. */
const hold = (child: ChildProcess, isAsked: boolean): void => {
  const handles = [child, child.stdin, child.stdout] as unknown as readonly { ref(): void; unref(): void }[];
  handles.forEach((handle) => (isAsked ? handle.ref() : handle.unref()));
};

const answerFrom = ({ child, open }: Session): void => {
  let left: Buffer = Buffer.alloc(0);
  let chunks: Buffer[] = [];
  let wanted = 0;
  const stdout = child.stdout as Readable;
  stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wanted -= chunk.length;
    // A large object comes in many chunks: they are put together once.
    if (wanted > 0) return;
    left = Buffer.concat([left, ...chunks]);
    chunks = [];
    for (let question = open[0]; question !== undefined; question = open[0]) {
      const answer = parseAnswer(left, question.command);
      wanted = answer.kind === 'cut' ? answer.missing : 0;
      if (answer.kind === 'cut') return;
      left = left.subarray(answer.end);
      open.shift();
      question.answer(answer.object);
    }
    hold(child, false);
  });
};

type Answer =
  | { readonly kind: 'cut'; readonly missing: number }
  | { readonly kind: 'whole'; readonly end: number; readonly object: ReadObject | undefined };

/** `<id> <type> <size>`, a line break and, where it was asked for, the content and a line break; or `<name> missing`. */
const parseAnswer = (bytes: Buffer, command: Question['command']): Answer => {
  const head = bytes.indexOf(lineEnd);
  if (head < 0) return { kind: 'cut', missing: 1 };
  const [, id, type, digits] = /^([0-9a-f]{40}) (\w+) (\d+)$/.exec(bytes.toString('latin1', 0, head)) ?? [];
  if (id === undefined || type === undefined) return { kind: 'whole', end: head + 1, object: undefined };
  const size = Number(digits);
  if (command === 'info') return { kind: 'whole', end: head + 1, object: { id, type, size, data: Buffer.alloc(0) } };
  const end = head + 1 + size + 1;
  if (bytes.length < end) return { kind: 'cut', missing: end - bytes.length };
  // A copy, so that a small tree does not keep what came with it.
  return { kind: 'whole', end, object: { id, type, size, data: Buffer.from(bytes.subarray(head + 1, end - 1)) } };
};
