import { styleText } from 'node:util';
import type { Sink } from '../../ports/sink.js';
import { describeEvent, type Line } from './describe-event.js';
import { flushStream, type Output } from './output.js';

const styles = { plain: [], good: ['green'], bad: ['red'], warn: ['yellow'], dim: ['dim'] } as const;

/**
 * One line an event worth a line, with the time since the run began: for an action's log and for output that is no
 * terminal. No line of it can be taken for a workflow command. Coloured where the stream shows colours.
 */
export const createPlainDisplay = (stream: Output): Sink => ({
  tell: (event, run) => {
    const since = formatClock(event.at - run.startedAt);
    for (const line of describeEvent(event, run))
      stream.write(`${styleText('dim', since, { stream })}  ${paint(line, stream)}\n`);
  },
  flush: () => flushStream(stream),
});

const paint = ({ tone, text }: Line, stream: Output): string => styleText([...styles[tone]], text, { stream });

/** `00:07`, `12:30`, `1:02:03`. */
const formatClock = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours === 0 ? rest : `${hours}:${rest}`;
};
