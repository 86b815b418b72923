import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ownPath } from '../../../src/adapters/processes/own-path.js';
import { createValidator } from '../../../src/adapters/validation/validator.js';
import type { Clone } from '../../../src/ports/repository.js';
import { makeTemp } from '../../support/git-repo.js';
import { onceFile } from '../../support/git-wait.js';

let temp: string;
beforeEach(async () => (temp = await makeTemp()));
afterEach(() => rm(temp, { recursive: true, force: true }));

const makeClone = async (id: string): Promise<Clone> => {
  const clone = { id, folder: join(temp, id, 'repository'), home: join(temp, id, 'home'), commit: '' };
  await mkdir(clone.folder, { recursive: true });
  await mkdir(join(clone.home, '.tmp'), { recursive: true });
  return clone;
};

const command = (name: string, run: string, timeoutMs = 20_000) => ({ name, run, timeoutMs });
const path = process.env['PATH'] ?? '';
const signal = new AbortController().signal;
const validatorOf = (atOnce?: number) =>
  createValidator({ place: ownPath(), path, env: {}, ...(atOnce === undefined ? {} : { atOnce }) });

describe('the validator', () => {
  it('runs all commands in order and reports each', async () => {
    const clone = await makeClone('a');
    const commands = [command('lint', 'echo one > made; exit 2'), command('test', 'cat made; echo err >&2')];
    const results = await validatorOf().run(clone, commands, signal);
    expect(results).toMatchObject([
      { name: 'lint', command: 'echo one > made; exit 2', exitCode: 2, timedOut: false },
      { name: 'test', exitCode: 0, timedOut: false },
    ]);
    expect(results[1]?.output).toContain('one\n');
    expect(results[1]?.output).toContain('err\n');
  });

  it('gives no variable of ours but a few', async () => {
    process.env['OPENAI_API_KEY'] = 'sk-secret';
    const clone = await makeClone('a');
    const [result] = await validatorOf().run(clone, [command('env', `env | cut -d= -f1 | sort`)], signal);
    delete process.env['OPENAI_API_KEY'];
    const names = result?.output
      .trim()
      .split('\n')
      .filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
    expect(names).toEqual(['AIDER_ORCHESTRATOR_LAUNCH', 'CI', 'HOME', 'LANG', 'NO_COLOR', 'PATH', 'TMPDIR']);
  });

  it('lets tools find themselves', async () => {
    const validator = createValidator({ place: ownPath(), path, env: { JAVA_HOME: '/jdk', CARGO_HOME: '/cargo' } });
    const [result] = await validator.run(
      await makeClone('a'),
      [command('env', 'echo "$JAVA_HOME$CARGO_HOME"')],
      signal,
    );
    expect(result?.output).toBe('/jdk\n');
  });

  it('takes secrets out of what is printed', async () => {
    const redact = (text: string): string => text.replaceAll('hidden', '***');
    const validator = createValidator({ place: ownPath(), path, env: {}, redact });
    const [result] = await validator.run(await makeClone('a'), [command('say', 'echo it is hidden')], signal);
    expect(result?.output).toBe('it is ***\n');
  });

  it('stops a command at its own time and goes on with the next', async () => {
    const clone = await makeClone('a');
    const results = await validatorOf().run(clone, [command('slow', 'sleep 60', 150), command('next', 'true')], signal);
    expect(results).toMatchObject([
      { exitCode: null, timedOut: true },
      { exitCode: 0, timedOut: false },
    ]);
  });

  it('starts nothing more after a cancel', async () => {
    const clone = await makeClone('a');
    const controller = new AbortController();
    const commands = [command('one', 'touch started; sleep 60'), command('two', 'touch never')];
    const running = validatorOf().run(clone, commands, controller.signal);
    await onceFile(join(clone.folder, 'started'));
    controller.abort();
    expect(await running).toMatchObject([
      { exitCode: null, timedOut: false },
      { exitCode: null, timedOut: false },
    ]);
    await expect(readFile(join(clone.folder, 'never'))).rejects.toThrow('ENOENT');
  });

  it('runs no more at once than it may, over all who ask', async () => {
    const clones = await Promise.all(['a', 'b', 'c'].map(makeClone));
    const log = join(temp, 'log');
    await writeFile(log, '');
    const noted = command('note', `echo in >> ${log}; sleep 0.05; echo out >> ${log}`);
    const validator = validatorOf(1);
    await Promise.all(clones.map((clone) => validator.run(clone, [noted], signal)));
    expect((await readFile(log, 'utf8')).trim().split('\n')).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
  });
});

const junit = (...failed: readonly string[]): string =>
  `<testsuite>${['fine', ...failed].map((name) => `<testcase classname="c" name="${name}">${name === 'fine' ? '' : '<failure message="no"/>'}</testcase>`).join('')}</testsuite>`;

describe('what the tests of a command said', () => {
  const validate = async (run: string, prepare?: (clone: Clone) => Promise<unknown>) => {
    const clone = await makeClone('a');
    await prepare?.(clone);
    const [result] = await validatorOf().run(clone, [command('test', run)], signal);
    return result?.tests;
  };

  it('is read from what a real runner prints', async () => {
    const tests = await validate(`"${process.execPath}" --test`, async ({ folder }) => {
      await writeFile(join(folder, 'value.js'), 'exports.value = 1;\n');
      const text = `const { it } = require('node:test'); const assert = require('node:assert');
it('is one', () => assert.equal(require('./value.js').value, 1));
it('is two', () => assert.equal(require('./value.js').value, 2));`;
      await writeFile(join(folder, 'value.test.js'), text);
    });
    expect(tests).toMatchObject({
      passed: 1,
      total: 2,
      complete: true,
      failures: [{ id: expect.stringMatching(/is two$/) as string, files: ['value.test.js'] }],
    });
  });

  it('is read from the report it writes, wherever that lies', async () => {
    const tests = await validate(`mkdir -p build/out && echo '${junit('broken')}' > build/out/any.xml; exit 1`);
    expect(tests).toMatchObject({ formats: ['junit'], passed: 1, total: 2, failures: [{ id: 'c > broken' }] });
  });

  it('is not read from a report that was there before', async () => {
    const tests = await validate('true', ({ folder }) => writeFile(join(folder, 'old.xml'), junit('old')));
    expect(tests).toBeUndefined();
  });

  it('is read from a report that was there and is written again, as long and as old as it was', async () => {
    const run = `touch -r old.xml stamp; echo '${junit('new')}' > old.xml; touch -r stamp old.xml`;
    const tests = await validate(run, ({ folder }) => writeFile(join(folder, 'old.xml'), `${junit('old')}\n`));
    expect(tests).toMatchObject({ failures: [{ id: 'c > new' }] });
  });

  it('of one command is not taken for that of the next', async () => {
    const clone = await makeClone('a');
    const commands = [command('test', `echo '${junit('one')}' > report.xml`), command('lint', 'true')];
    const results = await validatorOf().run(clone, commands, signal);
    expect(results.map(({ tests }) => tests?.failures.length)).toEqual([1, undefined]);
  });

  it('follows no link out of the checkout, opens no pipe, and reads nothing huge', async () => {
    await writeFile(join(temp, 'secret.xml'), junit('secret'));
    const tests = await validate(
      'ln -s ../../secret.xml link.xml; ln -s ../.. up; mkfifo pipe.xml; mv huge big.xml',
      async ({ folder }) => {
        await writeFile(join(folder, 'huge'), junit('huge'));
        await truncate(join(folder, 'huge'), 6_000_000);
      },
    );
    expect(tests).toBeUndefined();
  });

  it('is not complete when the command was stopped', async () => {
    const clone = await makeClone('a');
    const run = `echo '${junit('one')}' > report.xml; sleep 60`;
    const [result] = await validatorOf().run(clone, [command('test', run, 300)], signal);
    expect(result).toMatchObject({ exitCode: null, tests: { complete: false } });
  });

  it('has secrets taken out', async () => {
    const redact = (text: string): string => text.replaceAll('hidden', '***');
    const validator = createValidator({ place: ownPath(), path, env: {}, redact });
    const run = `echo '${junit('hidden')}' > report.xml`;
    const [result] = await validator.run(await makeClone('a'), [command('test', run)], signal);
    expect(result?.tests?.failures).toEqual([{ id: 'c > ***', message: 'no' }]);
  });
});

describe('by default', () => {
  it('at most half the cores run commands at once', async () => {
    const cores = Math.max(1, Math.floor(availableParallelism() / 2));
    const log = join(temp, 'log');
    await writeFile(log, '');
    const noted = command('note', `echo in >> ${log}; sleep 0.1; echo out >> ${log}`);
    const clones = await Promise.all(Array.from({ length: cores + 2 }, (_, n) => makeClone(`c${n}`)));
    const validator = validatorOf();
    await Promise.all(clones.map((clone) => validator.run(clone, [noted], signal)));
    let now = 0;
    const peaks = (await readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map((word) => (now += word === 'in' ? 1 : -1));
    expect(Math.max(...peaks)).toBe(cores);
  });
});
