/** Orders what was kept of runs by time; of the same second the later run id, whose numbers GitHub counts up, is last. */
export const orderByTime = (
  a: { readonly keptAt: number; readonly runId: string },
  b: { readonly keptAt: number; readonly runId: string },
): number => a.keptAt - b.keptAt || a.runId.localeCompare(b.runId, 'en', { numeric: true });
