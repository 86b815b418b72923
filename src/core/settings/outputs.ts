/** What the action sets at the end of a run: name and meaning, in the order they are documented. */
export const outputsTable = [
  {
    name: 'status',
    description: '`succeeded`, `partial`, `failed`, `skipped`, `awaiting-approval` or `cancelled`.',
  },
  { name: 'pull-request-number', description: 'Number of the pull request; empty when there is none.' },
  { name: 'pull-request-url', description: 'Address of the pull request.' },
  { name: 'branch', description: 'Branch of the pull request.' },
  { name: 'head-sha', description: 'Commit the branch ends at.' },
  { name: 'plan-hash', description: 'Hash of the plan that was run.' },
  { name: 'tasks-total', description: 'Tasks of the plan.' },
  { name: 'tasks-succeeded', description: 'Tasks that landed.' },
  { name: 'tasks-failed', description: 'Tasks that did not.' },
  { name: 'iterations', description: 'Messages sent to agents.' },
  {
    name: 'total-cost-usd',
    description: 'What all model requests cost, in US dollars; empty when a price is unknown.',
  },
  { name: 'total-tokens', description: 'Tokens sent and received.' },
  { name: 'duration-seconds', description: 'How long the run took.' },
  { name: 'time-saved-seconds', description: 'How much longer the same work would have taken one after the other.' },
  { name: 'prd-path', description: 'Path of the PRD in the branch.' },
  { name: 'summary-path', description: 'Path of the summary (JSON).' },
  { name: 'report-path', description: 'Path of the HTML report.' },
] as const;

export type OutputName = (typeof outputsTable)[number]['name'];
