import type { ReportFacts } from '../core/report/report.js';
import type { Run } from '../core/run/run.js';

/** What a report needs beside the run itself, for the run as it stands. */
export type FactsOf = (run: Run) => Omit<ReportFacts, 'finishedAt'>;
