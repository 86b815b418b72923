import { join } from 'node:path';
import { startEmbeddedGitHub } from '../../demo/github/index.js';
import { startScriptedModel } from '../../demo/model/index.js';
import { projectFolder, runAction, type ActionRun } from '../../demo/runner/index.js';
import { crud } from '../../demo/scenarios/crud.js';
import { readSample } from '../demo/scenarios/final-tree.js';

/*
 * A whole run of the demo from its cassette: the real Aider, and no provider at all. The cassette was recorded by this
 * test itself: RECORD_CASSETTE=1 asks the scripted model and writes it anew.
 */

const cassette = join(projectFolder, '__tests__', 'e2e', 'fixtures', 'crud.cassette.ndjson');
const repo = 'acme/users-service';
const isRecording = process.env['RECORD_CASSETTE'] !== undefined;

/** A fresh build may be tried before it is committed: E2E_DIST is its folder. */
const entries = () => {
  const dist = process.env['E2E_DIST'];
  return dist === undefined
    ? {}
    : {
        actionFile: join(projectFolder, 'action.yml'),
        entry: join(dist, 'index.js'),
        postEntry: join(dist, 'post.js'),
      };
};

/** Nobody listens there: a request that left the gateway would fail. */
const nowhere = 'http://127.0.0.1:9/v1';

const play = async (): Promise<ActionRun & { readonly lines: readonly string[] }> => {
  const github = await startEmbeddedGitHub();
  const model = isRecording ? await startScriptedModel({ script: crud.script }) : undefined;
  const lines: string[] = [];
  try {
    github.createUser('mona');
    await github.createRepository({
      owner: 'acme',
      name: 'users-service',
      files: Object.fromEntries(await readSample()),
    });
    github.setPermission(repo, 'mona', 'write');
    const issue = github.openIssue(repo, { ...crud.issue, author: 'mona' });
    const run = await runAction({
      ...entries(),
      ...{ github, repo, event: { name: 'issues', payload: github.label(repo, issue, 'aider', 'mona') } },
      inputs: {
        ...crud.inputs,
        'api-base': model?.openAiBase ?? nowhere,
        'openai-api-key': 'sk-not-a-real-key-000',
        'gemini-api-key': 'not-a-real-key-111',
      },
      env: {
        GEMINI_API_BASE: model?.geminiBase ?? nowhere,
        [isRecording ? 'AIDER_ORCHESTRATOR_RECORD' : 'AIDER_ORCHESTRATOR_REPLAY']: cassette,
      },
      token: github.createToken({
        actor: 'github-actions[bot]',
        kind: 'actions',
        permissions: {
          contents: 'write',
          issues: 'write',
          'pull-requests': 'write',
          actions: 'read',
          metadata: 'read',
        },
        repositories: [repo],
      }),
      onLine: (line) => void lines.push(line),
    });
    return { ...run, lines };
  } finally {
    await Promise.all([model?.close(), github.close()]);
  }
};

describe('a recorded run', () => {
  it('is played again to the same end, with the same cost, and nobody is asked', async () => {
    const run = await play();
    try {
      expect({ outputs: run.outputs, lines: run.lines }).toMatchObject({
        outputs: { status: 'succeeded', 'tasks-total': '6', 'tasks-succeeded': '6', 'tasks-failed': '0' },
      });
      expect(Number(run.outputs['total-cost-usd'])).toBeGreaterThan(0);
    } finally {
      await run.dispose();
    }
  }, 240_000);
});
