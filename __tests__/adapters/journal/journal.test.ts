import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, readJournal } from '../../../src/adapters/journal/journal.js';
import { parseJournal } from '../../../src/core/run/parse-journal.js';
import { success } from '../../../src/core/result.js';
import type { RunEvent } from '../../../src/core/run/event.js';
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
    expect(readJournal(path)).toEqual(success(some));
  });

  it('keeps the whole story', () => {
    const journal = openJournal(path);
    for (const event of storyEvents) journal.append(event);
    journal.close();
    expect(readJournal(path)).toEqual(success(storyEvents));
  });

  it('goes on behind what an earlier writer left, and cuts a half line off', () => {
    const first = openJournal(path);
    for (const event of some.slice(0, 3)) first.append(event);
    first.close();
    appendFileSync(path, JSON.stringify(some[3]).slice(0, 20));
    const second = openJournal(path);
    for (const event of some.slice(3)) second.append(event);
    second.close();
    expect(readJournal(path)).toEqual(success(some));
  });

  it('knows nothing of the half line a killed writer left, wherever it was cut', () => {
    openJournal(path).close();
    expect(existsSync(path)).toBe(true);
    const whole = some.map((event) => `${JSON.stringify(event)}\n`).join('');
    for (let cut = 1; cut < 40; cut += 1) {
      writeFileSync(path, whole.slice(0, -cut));
      expect(readJournal(path)).toEqual(success(some.slice(0, 4)));
      const journal = openJournal(path);
      journal.append(some[4] as RunEvent);
      journal.close();
      expect(readJournal(path)).toEqual(success(some));
    }
  });

  it('is refused, with the line that is at fault, where its middle is no event or not the next one', () => {
    openJournal(path).close();
    const lines = some.map((event) => JSON.stringify(event));
    const texts = [
      [lines[0], '{"type":"nonsense"}', lines[1]],
      [lines[0], lines[2]],
      [lines[0], lines[1]?.slice(0, 20)],
    ];
    for (const text of texts) {
      writeFileSync(path, `${text.join('\n')}\n`);
      const read = readJournal(path);
      expect(read).toMatchObject({ ok: false, failure: { reason: 'journal-broken', who: 'user' } });
      expect(JSON.stringify(read)).toContain(`Line 2 of ${path}`);
      expect(parseJournal(`${text.join('\n')}\n`)).toEqual([some[0]]);
    }
  });

  it('is empty where there is none', () => {
    expect(readJournal(join(folder, 'none'))).toEqual(success([]));
  });
});
