// Test runner for Stryker: core's tests are pure, so all planted defects are tried in one process, each in the
// milliseconds that the tests which reach it take, where jest loads everything again for each (about a second).
// A defect is active only while tests run, not while modules load.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { installHooks } from './hooks.mjs';
import { collected, collectFrom } from './stage.mjs';

const state = (globalThis.__stryker__ ??= {});

/** CPU milliseconds of this process: what else the machine does must not look like a defect that never ends. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** Every place where a defect could be asks which one is active: that is where a test that never ends is stopped. */
const watch = { mutant: undefined, asked: 0, endsAt: Infinity, isOver: false };
Object.defineProperty(state, 'activeMutant', {
  get: () => {
    watch.asked += 1;
    if (watch.asked % 5_000 === 0 && cpuMs() > watch.endsAt) watch.isOver = true;
    if (watch.isOver) throw new Error('does not end');
    return watch.mutant;
  },
});

const messageOf = async ({ run }) => {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** CPU milliseconds a test takes without a defect that stops it, once known. */
const tookMs = new Map();
const mostMs = (test) => (tookMs.has(test.id) ? 1_000 + 10 * tookMs.get(test.id) : 8_000);

const messageInTime = async (test) => {
  const start = cpuMs();
  watch.endsAt = start + mostMs(test);
  const message = await messageOf(test);
  watch.endsAt = Infinity;
  if (message === undefined) tookMs.set(test.id, Math.min(cpuMs() - start, tookMs.get(test.id) ?? Infinity));
  return message;
};

const memory = /^(?:let \w+|const \w+ = new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\);)/m;
const relativeImports = (file) =>
  [...readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+)\.js'/g)].map(
    ([, path]) => `${join(dirname(file), path)}.ts`,
  );

/** Modules that remember something between calls, and what these import: a defect there needs fresh modules. */
const remembering = () => {
  const files = globSync('src/core/**/*.ts').filter((file) => memory.test(readFileSync(file, 'utf8')));
  return new Set([...files, ...files.flatMap(relativeImports)]);
};

class OneProcessRunner {
  #take = 0;
  #remembering = new Set();
  #isFresh = false;

  /** It sees to fresh modules itself; a claim of less would have Stryker start a process for many a defect. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    installHooks(process.cwd());
    this.#remembering = remembering();
    await this.#load();
  }

  async #load() {
    collected.length = 0;
    this.#take += 1;
    for (const file of globSync('__tests__/core/**/*.test.ts').toSorted())
      await collectFrom(file, () => import(`${pathToFileURL(join(process.cwd(), file)).href}?take=${this.#take}`));
    this.#isFresh = true;
  }

  async dryRun() {
    const tests = [];
    for (const test of collected) {
      state.currentTestId = test.id;
      const start = cpuMs();
      const failureMessage = await messageInTime(test);
      const status = failureMessage === undefined ? 0 : 1;
      tests.push({
        id: test.id,
        name: test.id,
        fileName: test.fileName,
        status,
        failureMessage,
        timeSpentMs: cpuMs() - start,
      });
    }
    state.currentTestId = undefined;
    return { status: 'complete', tests, mutantCoverage: state.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, sandboxFileName }) {
    if (this.#remembering.has(relative(process.cwd(), sandboxFileName))) await this.#freshen();
    const asked = new Set(testFilter ?? collected.map(({ id }) => id));
    const attempt = () => this.#try(activeMutant.id, asked);
    const wasFresh = this.#isFresh;
    const result = await attempt();
    if (result.status !== 'killed' || (await this.#passes(result.killedBy[0]))) return result;
    await this.#freshen();
    if (!(await this.#passes(result.killedBy[0]))) throw new Error(`${result.killedBy[0]} fails without a defect`);
    if (wasFresh) return result;
    await this.#load();
    return await attempt();
  }

  /** A test that fails without the defect too: what a defect, this one or one before, left in a module's memory. */
  async #passes(id) {
    return (await messageOf(collected.find((test) => test.id === id))) === undefined;
  }

  async #freshen() {
    if (!this.#isFresh) await this.#load();
  }

  /** The quick tests first: most defects are found by many. */
  async #try(mutant, asked) {
    this.#isFresh = false;
    watch.mutant = mutant;
    const tests = collected.filter(({ id }) => asked.has(id));
    tests.sort((a, b) => (tookMs.get(a.id) ?? 0) - (tookMs.get(b.id) ?? 0));
    const result = await firstFailure(tests);
    Object.assign(watch, { mutant: undefined, isOver: false });
    return result;
  }
}

const firstFailure = async (tests) => {
  for (const [index, test] of tests.entries()) {
    const failureMessage = await messageInTime(test);
    if (watch.isOver) return { status: 'timeout' };
    if (failureMessage !== undefined)
      return { status: 'killed', killedBy: [test.id], failureMessage, nrOfTests: index + 1 };
  }
  return { status: 'survived', nrOfTests: tests.length };
};

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'one-process', () => new OneProcessRunner()),
];
