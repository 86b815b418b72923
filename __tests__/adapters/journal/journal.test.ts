import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, readJournal } from '../../../src/adapters/journal/journal.js';
import { parseJournal } from '../../../src/core/run/parse-journal.js';
import { storyEvents } from '../../core/render/story.js';

const some = storyEvents.slice(0, 5);

describe('the file journal', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    path = join(folder, 'deep', 'events.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds every event at once, one a line', () => {
    const journal = openJournal(path);
    for (const [index, event] of some.entries()) {
      journal.append(event);
      expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toHaveLength(index + 1);
    }
    journal.close();
    expect(readJournal(path)).toEqual(some);
  });

  it('keeps the whole story, also when it waits for the disk', () => {
    const journal = openJournal(path, { durable: true });
    for (const event of storyEvents) journal.append(event);
    journal.close();
    expect(readJournal(path)).toEqual(storyEvents);
  });

  it('goes on behind what an earlier writer left, and cuts a half line off', () => {
    const first = openJournal(path);
    for (const event of some.slice(0, 3)) first.append(event);
    first.close();
    appendFileSync(path, JSON.stringify(some[3]).slice(0, 20));
    const second = openJournal(path);
    for (const event of some.slice(3)) second.append(event);
    second.close();
    expect(readJournal(path)).toEqual(some);
  });

  it('is read up to a broken last line', () => {
    openJournal(path).close();
    expect(existsSync(path)).toBe(true);
    const whole = some.map((event) => `${JSON.stringify(event)}\n`).join('');
    for (let cut = 1; cut < 40; cut += 1) {
      writeFileSync(path, whole.slice(0, -cut));
      expect(readJournal(path)).toEqual(cut === 1 ? some : some.slice(0, 4));
    }
  });

  it('is read up to the first line that is no event or not the next one', () => {
    const lines = some.map((event) => JSON.stringify(event));
    expect(parseJournal([lines[0], '{"type":"nonsense"}', lines[1]].join('\n'))).toEqual([some[0]]);
    expect(parseJournal([lines[0], lines[2]].join('\n'))).toEqual([some[0]]);
  });

  it('is empty where there is none', () => {
    expect(readJournal(join(folder, 'none'))).toEqual([]);
  });
});
