import { escalation } from '../../core/escalation.js';
import { taskRecord } from '../../core/run/task-record.js';
import type { Tools } from '../tools.js';
import type { AttemptEnd } from '../work-on-task.js';
import { giveUp } from './give-up.js';
import { landWork, type Finished } from './land-work.js';

/** Turns the end of an attempt into the task's next state. */
export const settle = async (tools: Tools, finished: Finished, end: AttemptEnd): Promise<void> => {
  const { recorder, settings } = tools;
  const { id, attempt } = finished;
  switch (end.kind) {
    case 'done':
      return landWork(tools, finished, end.work);
    case 'cancelled':
      recorder.record({ type: 'task-cancelled', task: id });
      return;
    case 'stop-starting':
    case 'stop-run':
      recorder.record({ type: 'task-failed', task: id, failure: end.failure });
      return;
    case 'failed': {
      recorder.record({ type: 'attempt-failed', task: id, attempt, failure: end.failure });
      const record = taskRecord(recorder.run, id);
      const allowed = record.task.maxAttempts ?? settings.maxAttempts;
      if (end.escalate || record.attemptFailures.length >= allowed)
        giveUp(tools, record, escalation(record, end.failure));
    }
  }
};
