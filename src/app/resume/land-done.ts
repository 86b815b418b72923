import type { DoneWork } from '../../core/run/resume.js';
import type { Integration } from '../integration.js';
import { landWork } from '../scheduling/land-work.js';
import type { Tools } from '../tools.js';

/**
 * Lands what was done before the kill, in the order it was done, before anything starts: what waits for it is ready
 * then, and what it may write nobody else writes meanwhile.
 */
export const landDone = async (tools: Tools, integration: Integration, done: readonly DoneWork[]): Promise<void> => {
  for (const { task: id, attempt, commit, start } of done) {
    if (tools.signal.aborted) return;
    const { landings, tasks } = tools.recorder.run;
    const waitsFor = tasks.find(({ task }) => task.id === id)?.task.dependsOn ?? [];
    // What one builds on may not have landed again; then it is done anew after that.
    if (!waitsFor.every((on) => landings.includes(on))) continue;
    await landWork(tools, { id, attempt, integration }, { commit, start });
  }
};
