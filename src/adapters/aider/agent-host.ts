import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AgentFacts } from '../../core/agent-facts.js';
import type { AgentHost, AgentMessage } from '../../ports/agent-host.js';
import type { GatewayLease, Traffic } from '../../ports/gateway.js';
import type { Ended, Launch } from '../../ports/place.js';
import { readForeignFile } from '../files/foreign-file.js';
import { messageArgs, type MessageFiles } from './aider-args.js';
import { aiderEnv } from './aider-env.js';
import { takeLog } from './analytics-log.js';
import { fileStates, giveFiles, removeUntouched, type GivenFiles } from './clone-files.js';
import { renderIgnore } from './ignore-file.js';
import type { AgentHostOptions, Host } from './host.js';
import { newMessageFiles, writeMessage } from './message-files.js';
import { modelMetadata } from './model-metadata.js';
import { makeRepositoryMap } from './repository-map.js';
import { takeSeat } from './seat.js';
import { disarm, removeLeavings } from './traps.js';

/** Runs the installed Aider, one process a message, warm or started anew, in a place, through the gateway. */
export const createAgentHost = (options: AgentHostOptions): AgentHost => {
  const host: Host = { ...options, metadata: modelMetadata(options.installation.pricesFile) };
  return {
    send: (message) => send(host, message),
    repositoryMap: (clone, maxTokens, signal) => makeRepositoryMap(host, { clone, maxTokens, signal }),
  };
};

const send = async (host: Host, message: AgentMessage): Promise<AgentFacts> => {
  const { clone } = message;
  const seat = await takeSeat(host, clone, join(host.runFolder, 'agents', basename(message.log, '.jsonl')));
  const files = await newMessageFiles(seat.folder);
  await disarm(clone);
  const given = await giveFiles(clone.folder, message);
  await writeInputs(host, message, { files, given });
  const before = await fileStates(clone.folder, given.editFiles);
  const lease = host.gateway.lease(message.label, modelsOf(message));
  try {
    const ended = await seat.run(launchOf(host, message, { files, given, lease }));
    const after = await fileStates(clone.folder, given.editFiles);
    const edited = after.some((state, index) => state !== before[index]);
    await Promise.all([removeUntouched(clone.folder, given.missing, edited), removeLeavings(clone)]);
    return await facts(host, message, { files, ended, lease });
  } finally {
    lease.close();
  }
};

/** All the models its process asks: `messageArgs` names no other. */
const modelsOf = ({ model, weakModel }: AgentMessage): readonly string[] =>
  weakModel === undefined ? [model] : [model, weakModel];

type Prepared = { readonly files: MessageFiles; readonly given: GivenFiles };

const writeInputs = async (host: Host, message: AgentMessage, { files, given }: Prepared): Promise<void> => {
  await Promise.all([
    writeMessage(files.message, message.text),
    writeFile(files.models, await host.metadata.render(modelsOf(message))),
    writeFile(files.ignore, renderIgnore([...given.editFiles, ...given.readFiles])),
  ]);
};

const launchOf = (
  host: Host,
  message: AgentMessage,
  { files, given, lease }: Prepared & { readonly lease: GatewayLease },
): Launch => ({
  command: host.installation.command,
  args: messageArgs({
    model: message.model,
    ...(message.weakModel === undefined ? {} : { weakModel: message.weakModel }),
    ...(message.editFormat === undefined ? {} : { editFormat: message.editFormat }),
    files,
    editFiles: given.editFiles,
    readFiles: given.readFiles,
  }),
  env: aiderEnv({ home: host.place.homeOf(message.clone), path: host.path, gateway: lease.env }),
  writable: [files.folder],
  readable: host.installation.roots,
  network: { ports: [Number(new URL(lease.baseUrl('openai')).port)] },
  timeoutMs: message.timeoutMs,
  ...watchProgress(message, { given, lease }),
  signal: message.signal,
  maxOutputBytes: 65_536,
  redact: cleaner(host, lease.token),
});

/** What there was at half time; at full time more of it is progress. */
const watchProgress = (
  { clone, onSlow, extensionMs, onExtended }: AgentMessage,
  { given, lease }: { readonly given: GivenFiles; readonly lease: GatewayLease },
): Pick<Launch, 'onSlow' | 'extension'> => {
  if (extensionMs === 0) return { onSlow };
  const look = async (): Promise<string> =>
    JSON.stringify([lease.traffic().statuses.length, await fileStates(clone.folder, given.editFiles)]);
  let atHalf: Promise<string> | undefined;
  const halfTime = (elapsedMs: number): void => {
    atHalf = look();
    atHalf.catch(() => undefined);
    onSlow(elapsedMs);
  };
  const progressed = async (): Promise<boolean> => (await atHalf) !== (await look());
  return { onSlow: halfTime, extension: { ms: extensionMs, progressed, onExtended } };
};

/** The throwaway token is worth nothing later, but looks like a key to whoever reads it. */
const cleaner =
  ({ redact = (text) => text }: Host, token: string) =>
  (text: string): string =>
    redact(token === '' ? text : text.replaceAll(token, '***'));

interface After {
  readonly files: MessageFiles;
  readonly ended: Ended;
  readonly lease: GatewayLease;
}

const facts = async (host: Host, message: AgentMessage, { files, ended, lease }: After): Promise<AgentFacts> => {
  await mkdir(host.logsFolder, { recursive: true });
  const to = join(host.logsFolder, basename(message.log));
  const log = await takeLog({ from: files.events, to, redact: cleaner(host, lease.token) });
  const traffic: Traffic = lease.traffic();
  return {
    exitCode: ended.exitCode,
    killedBy: ended.killedBy,
    ...(ended.spawnError === null ? {} : { notStarted: ended.spawnError }),
    ...log,
    reflectionsExhausted: log.sends > maxReflections && (await saysExhausted(files.chat)),
    statuses: traffic.statuses,
    lastError: traffic.lastError,
    answerCut: traffic.answerCut,
    usage: traffic.usage,
    durationMs: ended.durationMs,
    tail: tailOf(ended),
  };
};

// Aider's `max_reflections`; after the message it may answer so often to faults in the edits.
const maxReflections = 3;

/** The line is among the last. */
const maxChatBytes = 2 ** 20;

const saysExhausted = async (chat: string): Promise<boolean> =>
  /^> Only \d+ reflections allowed, stopping\./m.test((await readForeignFile(chat, maxChatBytes)) ?? '');

const tailOf = (ended: Ended): string => (ended.spawnError ?? ended.output).trimEnd().slice(-2000).toWellFormed();
