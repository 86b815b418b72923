import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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
