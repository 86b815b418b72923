/** One thing wrong with a plan: where (`tasks[2].writes[0]`, '' for the whole) and what was expected and what came. */
export interface PlanFault {
  readonly path: string;
  readonly message: string;
}

export type PlanFaults = readonly PlanFault[];

/** A value as it is shown in a fault: JSON, at most 80 characters. */
export const brief = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
};

/** One fault on a line: where, what was expected and what came. */
export const faultText = ({ path, message }: PlanFault): string => `${path === '' ? 'plan' : path}: ${message}`;
