import { edits, onTask, write } from '../../demo/model/index.js';
import { broughtAlong, fileOf, smallPlan, smallScript, smallTask } from '../support/e2e-plans.js';
import { runOn, tellStory } from '../support/e2e-story.js';
import { startNpmRegistry } from '../support/npm-registry.js';

/* The registry is ours; npm, the sandbox and the agent are real. */

const registry = await startNpmRegistry({ greeter: 'module.exports = "hello";\n' });
afterAll(() => registry.close());

const manifest = (more: object = {}): string =>
  `${JSON.stringify({ name: 'sample', version: '1.0.0', type: 'module', ...more }, undefined, 2)}\n`;

const lock = `${JSON.stringify({
  ...{ name: 'sample', version: '1.0.0', lockfileVersion: 3, requires: true },
  packages: { '': { name: 'sample', version: '1.0.0' } },
})}\n`;

/** Red where there is a greeting that cannot be had. */
const greets = `import { existsSync } from 'node:fs';

if (existsSync('src/greeting.js')) console.log((await import('../src/greeting.js')).greeting);
`;

const plan = smallPlan(smallTask('greeting', { writes: [fileOf('greeting'), 'package.json'] }));
const brought = broughtAlong(plan);
const greeting = edits(
  'I greet with the greeter.',
  write(fileOf('greeting'), "import greeter from 'greeter';\n\nexport const greeting = `${greeter}, you`;\n"),
  write('package.json', manifest({ dependencies: { greeter: '1.0.0' } })),
);

describe('a change that needs a new dependency, in a project that locks its dependencies', () => {
  const story = tellStory(
    {
      script: smallScript(plan, onTask('greeting', greeting)),
      files: {
        ...brought.files,
        'package.json': manifest(),
        'package-lock.json': lock,
        '.npmrc': `registry=${registry.url}\n`,
        '.gitignore': 'node_modules/\n',
        'scripts/greet.js': greets,
      },
    },
    runOn((stage) => stage.labelled(stage.openIssue()), {
      ...brought.inputs,
      validation: 'greets: node scripts/greet.js',
    }),
  );

  story.it('is green with the package installed, in one iteration', ({ run, pulls, summary }) => {
    expect(run.outputs).toMatchObject({ status: 'succeeded', 'tasks-succeeded': '1', iterations: '1' });
    expect(pulls).toMatchObject([{ draft: false, mergeable: true }]);
    expect(summary?.validation).toMatchObject([{ name: 'greets', exitCode: 0 }]);
  });

  story.it('brings the lock file that npm made for it', async ({ fileOn, summary }) => {
    const text = (await fileOn('aider/issue-1', 'package-lock.json')) ?? '{}';
    const { packages } = JSON.parse(text) as { packages: Record<string, unknown> };
    expect(packages).toMatchObject({
      '': { dependencies: { greeter: '1.0.0' } },
      'node_modules/greeter': { version: '1.0.0', integrity: expect.stringMatching(/^sha512-/) as string },
    });
    expect(summary?.tasks[0]).toMatchObject({ status: 'landed' });
  });
});
