import type { FileChange } from '../run/event.js';

/** A change with what the policy has to know of it. */
export interface InspectedChange extends FileChange {
  /** git's octal modes; `000000` where there is nothing. */
  readonly modeBefore: string;
  readonly modeAfter: string;
  /** Bytes after the change; 0 when deleted. */
  readonly size: number;
  /** Not text, before or after, as git judges it. */
  readonly isBinary: boolean;
  /** The lines that were added, without their line ends; undefined where there was too much to look at. */
  readonly added: readonly string[] | undefined;
}
