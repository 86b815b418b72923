import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepArtifacts } from './artifacts.js';
import type { EmbeddedGitHub } from './github/index.js';
import { startEmbeddedGitHub } from './github/index.js';
import type { ModelSide } from './model-side.js';
import { openModelSide } from './model-side.js';
import type { DemoOptions } from './options.js';
import { readOptions, usage } from './options.js';
import { renderResult } from './result.js';
import type { ActionRun } from './runner/index.js';
import { projectFolder, runAction } from './runner/index.js';
import { showLine } from './show-line.js';

/*
 * The whole product on one machine: an embedded GitHub with a sample repository and a labelled issue, the committed
 * bundle run as a runner runs it, real Aider agents, and a scripted model (or a real one).
 */

const repo = 'acme/users-service';
const sample = fileURLToPath(new URL('sample', import.meta.url));

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const main = async (options: DemoOptions, stop: AbortSignal): Promise<number> => {
  const github = await startEmbeddedGitHub({ port: options.port });
  const model = await openModelSide(options);
  try {
    return await demonstrate({ options, github, model, stop });
  } finally {
    await Promise.all([model.close(), github.close()]);
  }
};

interface Stage {
  readonly options: DemoOptions;
  readonly github: EmbeddedGitHub;
  readonly model: ModelSide;
  readonly stop: AbortSignal;
}

const demonstrate = async (stage: Stage): Promise<number> => {
  const { github, model, options } = stage;
  const issue = await openLabelledIssue(stage);
  const issueUrl = `${github.serverUrl}/${repo}/issues/${String(issue.number)}`;
  say(banner(stage, issueUrl));
  const runId = github.addWorkflowRun(repo, { actor: 'mona' });
  const run = await runTheAction(stage, { runId, payload: issue.payload });
  github.setWorkflowRun(repo, runId, { status: 'completed', conclusion: run.exitCode === 0 ? 'success' : 'failure' });
  const pullRequest = (await github.pullRequests(repo)).at(-1);
  say(
    renderResult({
      ...{ run, pullRequest, issueUrl },
      comment: github.comments(repo, issue.number).at(-1),
      issueLabels: github.labels(repo, issue.number),
      artifacts: await keepArtifacts(run, join(projectFolder, '.cache', 'demo', options.scenario.name)),
      modelRequests: model.requests(),
      unmatched: model.unmatched(),
    }),
  );
  if (options.keep) await keep(stage, run);
  await run.dispose();
  return run.exitCode === 0 && run.outputs['status'] === 'succeeded' ? 0 : 1;
};

const openLabelledIssue = async ({ github, options }: Stage) => {
  github.createUser('mona');
  await github.createRepository({ owner: 'acme', name: 'users-service', files: sample });
  github.setPermission(repo, 'mona', 'write');
  const number = github.openIssue(repo, { ...options.scenario.issue, author: 'mona' });
  return { number, payload: github.label(repo, number, 'aider', 'mona') };
};

const runTheAction = (
  { github, model, stop }: Stage,
  { runId, payload }: { readonly runId: number; readonly payload: unknown },
): Promise<ActionRun> =>
  runAction({
    github,
    repo,
    runId,
    event: { name: 'issues', payload },
    inputs: model.inputs,
    env: model.env,
    token: github.createToken({
      actor: 'github-actions[bot]',
      kind: 'actions',
      permissions: { contents: 'write', issues: 'write', 'pull-requests': 'write', actions: 'read', metadata: 'read' },
      repositories: [repo],
    }),
    signal: stop,
    onLine: (line) => {
      showLine(line).forEach((each) => {
        say(`  | ${each}`);
      });
    },
  });

const banner = ({ github, model, options }: Stage, issueUrl: string): string =>
  [
    `aider-orchestrator demo, scenario "${options.scenario.name}": ${options.scenario.issue.title}`,
    `  embedded   GitHub (REST, GraphQL, git over HTTP) at ${github.serverUrl}`,
    `  ${options.realModel === undefined ? 'scripted ' : 'real     '}  ${model.says}`,
    '  real       the committed action in dist/, git, and one Aider process for each message',
    `  issue      ${issueUrl}, labelled "aider" by mona`,
    '',
  ].join('\n');

const keep = async ({ github, model, stop }: Stage, run: ActionRun): Promise<void> => {
  say(`Kept running until Ctrl-C:\n  ${github.serverUrl}/${repo}\n  ${model.says}\n  files in ${run.workspace}`);
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => {
      resolve();
    });
  });
  clearInterval(alive);
};

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  say(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      stop.abort();
    });
  process.exitCode = await main(options, stop.signal);
}
