import { ruleOf } from '../core/outcome-rules.js';
import { verdict } from '../core/outcome.js';
import type { Outcome } from '../core/outcome.js';
import { judgeChanges } from '../core/policy/judge-changes.js';
import { expandPaths, plainPaths } from '../core/policy/scope.js';
import type { FileChange, JudgedResult, RefusedChange } from '../core/run/event.js';
import { addUsage, noUsage, type Usage } from '../core/usage.js';
import type { AgentFacts } from '../core/agent-facts.js';
import { renewLocks } from './renew-locks.js';
import { hasNoNewFailure, type Revision } from './validation/checker.js';
import type { Desk } from './desk.js';
import { unlessAborted } from './unless-aborted.js';
import { waitBeforeRetry } from './wait-before-retry.js';

/** One message and what came of it. `revision` is there when something in scope was changed, validated or not. */
export interface Iteration {
  readonly outcome: Outcome;
  readonly detail: string;
  readonly usage: Usage;
  readonly durationMs: number;
  readonly changes: readonly FileChange[];
  readonly refused: readonly RefusedChange[];
  readonly validation: readonly JudgedResult[];
  readonly revision?: Revision;
  /** The tree as the agent left it, to tell whether the next message changed anything. */
  readonly leftTree?: string;
}

/** Files an agent is given at most when globs name them; more would only cost tokens. */
const maxGivenFiles = 30;

/** Sends one message, takes what the agent left, keeps what policy allows, and validates that in a clean checkout. */
export const iterate = async (desk: Desk, text: string, before?: Iteration): Promise<Iteration> => {
  const { clock } = desk.tools;
  const startedAt = clock.now();
  const { facts, usage } = await sendUntilAnswered(desk, text);
  const work = await takeWork(desk, facts, before);
  const left = work.changedNow
    ? { changed: work.changes.length, refused: work.refused.length, outOfScope: work.outOfScope }
    : { changed: 0, refused: 0 };
  // Only where the facts leave it open: after a crash or a time-out nobody asks whether the rest is sound.
  const isOpen = work.revision !== undefined && verdict(facts, left).outcome === 'changed';
  const validation = isOpen
    ? ((await unlessAborted(desk.tools.signal, desk.tools.checker.check(work.revision, desk.verify))) ?? [])
    : [];
  const { outcome, detail } = verdict(facts, {
    ...left,
    ...(isOpen ? { validationGreen: hasNoNewFailure(validation) } : {}),
  });
  return {
    outcome: desk.tools.signal.aborted ? 'cancelled' : outcome,
    detail,
    usage,
    durationMs: clock.now() - startedAt,
    changes: work.changes,
    refused: work.refused,
    validation,
    ...(work.revision === undefined ? {} : { revision: work.revision }),
    ...(work.leftTree === undefined ? {} : { leftTree: work.leftTree }),
  };
};

/** A provider that asks for patience is waited for and asked again; nothing of it counts as an iteration. */
const sendUntilAnswered = async (desk: Desk, text: string): Promise<{ facts: AgentFacts; usage: Usage }> => {
  let usage = noUsage;
  for (let waits = 0; ; waits += 1) {
    const facts = await send(desk, text);
    usage = addUsage(usage, facts.usage);
    const { outcome } = verdict(facts, { changed: 1, refused: 0 });
    const patient = ruleOf(outcome).next === 'wait-and-retry' && (await waitBeforeRetry(desk.tools, waits));
    if (!patient) return { facts, usage };
  }
};

const send = async (
  { tools, task, agent, clone, start, onSlow, onExtended }: Desk,
  text: string,
): Promise<AgentFacts> => {
  const files = await tools.repository.listFiles(start);
  const editFiles = expandPaths(task.writes, files, maxGivenFiles);
  const readFiles = expandPaths(task.reads, files, maxGivenFiles).filter(
    (path) => files.includes(path) && !editFiles.includes(path),
  );
  const { model, weakModel, editFormat, agentTimeoutMs, timeoutExtensionMs } = tools.settings;
  const format = task.editFormat ?? editFormat;
  return tools.agents.send({
    label: `agent-${agent}`,
    log: `agent${agent}_${task.id}.jsonl`,
    clone,
    model: task.model ?? model,
    ...(weakModel === undefined ? {} : { weakModel }),
    ...(format === undefined ? {} : { editFormat: format }),
    text,
    editFiles,
    readFiles,
    timeoutMs: agentTimeoutMs,
    onSlow,
    extensionMs: timeoutExtensionMs,
    onExtended,
    signal: tools.signal,
  });
};

interface Work {
  readonly changes: readonly FileChange[];
  readonly refused: readonly RefusedChange[];
  readonly outOfScope: number;
  readonly changedNow: boolean;
  readonly revision?: Revision;
  readonly leftTree?: string;
}

const nothing: Work = { changes: [], refused: [], outOfScope: 0, changedNow: false };

const takeWork = async (desk: Desk, facts: AgentFacts, before?: Iteration): Promise<Work> => {
  const { repository, settings, signal } = desk.tools;
  if (signal.aborted || facts.killedBy === 'cancel') return nothing;
  const collected = await repository.collect(desk.clone, plainPaths(desk.task.writes));
  if (collected.kind === 'refused')
    return { ...nothing, refused: [{ path: '.', why: collected.why }], changedNow: true };
  const [inspected, existing] = await Promise.all([
    repository.inspect(desk.start, collected.tree),
    repository.listFiles(desk.start),
  ]);
  const policy = { writes: desk.task.writes, protectedFiles: settings.protectedFiles, existing };
  const { accepted, refused, outOfScope } = judgeChanges(inspected, policy);
  const changedNow = collected.tree !== before?.leftTree;
  if (accepted.length === 0) return { changes: [], refused, outOfScope, changedNow, leftTree: collected.tree };
  const paths = accepted.map((change) => change.path);
  const kept = await repository.composeTree(desk.start, collected.tree, paths);
  const { tree, renewed } = await renewLocks(desk, { tree: kept, changed: paths, existing });
  const revision = { tree, commit: await repository.commit({ tree, parents: [desk.start], message: desk.message }) };
  return {
    ...{ changes: [...accepted, ...renewed], refused, outOfScope, changedNow, revision },
    leftTree: collected.tree,
  };
};
