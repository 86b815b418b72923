import type { JudgedResult } from '../run/event.js';
import { isGreen } from '../validation.js';
import { fenced, listOf, oneLine } from './markdown.js';

const maxLines = 200;
const maxLineLength = 400;

/**
 * Red commands with their output: lines that name an error first, then the end of it; 200 lines in all. Where some
 * failures are new, those that the baseline has too are left out; new ones that have names are named.
 */
export const renderFailing = (results: readonly JudgedResult[]): string => {
  const all = results.filter((result) => !isGreen(result));
  const fresh = all.filter((result) => result.verdict === 'new-failure');
  const red = fresh.length > 0 ? fresh : all;
  const each = Math.max(1, Math.floor(maxLines / Math.max(1, red.length)));
  return red.map((result) => renderOne(result, each)).join('\n\n');
};

const renderOne = (result: JudgedResult, lines: number): string => {
  const head = `\`${oneLine(result.command)}\` (${oneLine(result.name)}) ${howItEnded(result)}:`;
  return [head, ...newTests(result), fenced(errorsFirst(result.output, lines).join('\n'))].join('\n\n');
};

const maxNamed = 30;

/** The tests to mend; others may have been red all along. */
const newTests = ({ newFailures = [], tests }: JudgedResult): readonly string[] => {
  if (newFailures.length === 0) return [];
  const messages = new Map(tests?.failures.map(({ id, message }) => [id, message]));
  const items = newFailures.slice(0, maxNamed).map((id) => {
    const message = messages.get(id);
    return `\`${oneLine(id)}\`${message === undefined ? '' : `: ${oneLine(message)}`}`;
  });
  const more = newFailures.length - items.length;
  return ['New failures:', listOf(more > 0 ? [...items, `and ${more} more`] : items)];
};

const howItEnded = ({ timedOut, exitCode }: JudgedResult): string => {
  if (timedOut) return 'ran out of time';
  return exitCode === null ? 'was stopped' : `ended with exit code ${exitCode}`;
};

const namesError =
  /\b(error|errors|fail|failed|failure|failures|exception|panic|panicked|assert\w*|expected|undefined|unexpected|cannot|traceback|fatal)\b|\w(Error|Exception)\b|\bE\d{3}\b|TS\d{4}|✕|✗|×/i;
const saysNone = /\b(0|no) (errors?|failures?|failed)\b/i;

/**
 * At most `max` lines: all when they fit; else lines that name an error, each with the line after it, on up to half
 * of the room, then the last lines (where runners put their digest).
 */
export const errorsFirst = (output: string, max: number): readonly string[] => {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)}...` : line));
  if (lines.length <= max) return lines;
  const tailSize = Math.max(1, Math.ceil(max / 2) - 1);
  const head = lines.slice(0, -tailSize);
  const errors = head.filter((line, index) => isError(line) || isError(head[index - 1] ?? ''));
  const shown = errors.slice(0, Math.max(0, max - tailSize - 1));
  return [...shown, `... (${lines.length - shown.length - tailSize} lines left out)`, ...lines.slice(-tailSize)];
};

const isError = (line: string): boolean => namesError.test(line) && !saysNone.test(line);
