import { beginCassette, readCassette } from './cassette.js';
import type { Failure } from '../../core/failure.js';
import { failed, success, type Result } from '../../core/result.js';
import type { GatewayCassette } from './gateway.js';

/** Names a file every answer of a model is written to. No input of the action: it is for bug reports and tests. */
export const recordVariable = 'AIDER_ORCHESTRATOR_RECORD';
/** Names a file the answers of the models are taken from; no provider is asked. */
export const replayVariable = 'AIDER_ORCHESTRATOR_REPLAY';

/** The cassette the environment names; undefined without one. `redact` takes the secrets out of what is recorded. */
export const openCassette = (
  env: Readonly<Record<string, string | undefined>>,
  redact: (text: string) => string,
): Result<GatewayCassette | undefined, Failure> => {
  const { [recordVariable]: record, [replayVariable]: replay } = env;
  if (replay) return openReplay(replay);
  if (!record) return success(undefined);
  try {
    return success({ kind: 'record', write: beginCassette(record, redact) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failed(fault(`The cassette ${record} cannot be written: ${why}`, 'Name a file in a folder that is there.'));
  }
};

const openReplay = (file: string): Result<GatewayCassette, Failure> => {
  const takes = readCassette(file);
  return takes.ok
    ? success({ kind: 'replay', takes: takes.value })
    : failed(fault(takes.failure, 'Name a file that was written by --record.'));
};

const fault = (message: string, action: string): Failure => ({ reason: 'cassette', who: 'user', message, action });
