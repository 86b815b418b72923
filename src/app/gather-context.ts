import { findNamedFiles } from '../core/prompts/named-files.js';
import type { RepositoryContext } from '../core/prompts/context.js';
import type { Request } from '../core/request/request.js';
import type { ValidationCommand } from '../core/validation.js';
import type { AgentHost } from '../ports/agent-host.js';
import type { Repository } from '../ports/repository.js';

/** Files that tell what a project is made with; read when they stand at the top. */
const manifests = [
  'package.json',
  'tsconfig.json',
  'pyproject.toml',
  'requirements.txt',
  'setup.cfg',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'build.gradle',
  'Gemfile',
  'composer.json',
  'Makefile',
] as const;

const maxFileBytes = 20_000;
const mapTokens = 2_048;

/** What the PRD and the plan are written from: tree, README, manifests, named files, and Aider's repository map. */
export const gatherContext = async (
  { repository, agents, signal }: { repository: Repository; agents: AgentHost; signal: AbortSignal },
  request: Request,
  validation: readonly ValidationCommand[],
): Promise<RepositoryContext> => {
  const { sha } = repository.base;
  const files = await repository.listFiles(sha);
  const readme = files.find((path) => /^readme(\.md|\.rst|\.txt)?$/i.test(path));
  const named = findNamedFiles(`${request.title}\n${request.body}`, files);
  const [readmeText, manifestTexts, namedTexts, repositoryMap] = await Promise.all([
    readme === undefined ? undefined : repository.readFile(sha, readme, maxFileBytes),
    readAll(
      repository,
      manifests.filter((path) => files.includes(path)),
    ),
    readAll(repository, named),
    mapOf(repository, agents, signal),
  ]);
  return {
    tree: files,
    ...(readmeText === undefined ? {} : { readme: readmeText }),
    manifests: manifestTexts,
    named: namedTexts,
    repositoryMap,
    validation: validation.map(({ name, run }) => ({ name, run })),
  };
};

const readAll = async (repository: Repository, paths: readonly string[]) => {
  const texts = await Promise.all(paths.map((path) => repository.readFile(repository.base.sha, path, maxFileBytes)));
  return paths.flatMap((path, index) => {
    const text = texts[index];
    return text === undefined ? [] : [{ path, text }];
  });
};

const mapOf = async (repository: Repository, agents: AgentHost, signal: AbortSignal): Promise<string> => {
  const clone = await repository.clone(repository.base.sha, 'agent');
  try {
    return await agents.repositoryMap(clone, mapTokens, signal);
  } finally {
    await repository.discard(clone);
  }
};
