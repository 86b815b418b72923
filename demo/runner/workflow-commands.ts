/** An annotation a step made by a workflow command. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
}

/** What the runner would have understood from a step's output. */
export interface WorkflowCommands {
  readonly annotations: readonly Annotation[];
  /** Values to be hidden in logs. */
  readonly masks: readonly string[];
}

const command = /^::(?<name>[a-z-]+)(?: [^:]*)?::(?<message>.*)$/;

/** Reads `::error::`, `::warning::`, `::notice::` and `::add-mask::`; blind between `::stop-commands::x` and `::x::`. */
export const parseWorkflowCommands = (stdout: string): WorkflowCommands => {
  const annotations: Annotation[] = [];
  const masks: string[] = [];
  let stoppedBy: string | undefined;
  for (const line of stdout.split(/\r?\n/)) {
    if (stoppedBy !== undefined) {
      if (line === `::${stoppedBy}::`) stoppedBy = undefined;
      continue;
    }
    const { name, message = '' } = command.exec(line)?.groups ?? {};
    if (name === 'stop-commands') stoppedBy = message;
    if (name === 'add-mask') masks.push(unescape(message));
    if (isLevel(name)) annotations.push({ level: name, message: unescape(message) });
  }
  return { annotations, masks };
};

const isLevel = (name: string | undefined): name is Annotation['level'] =>
  name === 'error' || name === 'warning' || name === 'notice';

const unescape = (text: string): string => text.replace(/%0D/g, '\r').replace(/%0A/g, '\n').replace(/%25/g, '%');
