#!/usr/bin/env node
/**
 * Makes demo/github/openapi/api.github.com.json: GitHub's own OpenAPI description, cut down to the operations the
 * embedded GitHub serves. `@octokit/openapi` unpacks to 385 MB, so it is never a dependency; run by hand:
 *
 *   mkdir /tmp/openapi && cd /tmp/openapi && npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz
 *   node scripts/trim-openapi.mjs /tmp/openapi/package
 *
 * Kept: path, parameters, request body and the JSON schema of each success response, with every schema they reach.
 * Dropped: prose, examples, `x-` extensions, error responses. What is left is still valid OpenAPI 3.0.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const operations = new Set([
  'actions/cancel-workflow-run',
  'actions/create-workflow-dispatch',
  'actions/get-workflow-run',
  'actions/list-workflow-runs',
  'actions/list-workflow-runs-for-repo',
  'git/create-ref',
  'git/delete-ref',
  'git/get-ref',
  'git/list-matching-refs',
  'git/update-ref',
  'issues/add-labels',
  'issues/create',
  'issues/create-comment',
  'issues/create-label',
  'issues/delete-comment',
  'issues/get',
  'issues/get-comment',
  'issues/get-label',
  'issues/list-comments',
  'issues/list-events',
  'issues/list-events-for-timeline',
  'issues/list-for-repo',
  'issues/list-labels-for-repo',
  'issues/list-labels-on-issue',
  'issues/lock',
  'issues/remove-label',
  'issues/unlock',
  'issues/update',
  'issues/update-comment',
  'pulls/create',
  'pulls/get',
  'pulls/list',
  'pulls/list-commits',
  'pulls/list-files',
  'pulls/merge',
  'pulls/update',
  'rate-limit/get',
  'reactions/create-for-issue',
  'reactions/create-for-issue-comment',
  'reactions/list-for-issue',
  'reactions/list-for-issue-comment',
  'repos/compare-commits-with-basehead',
  'repos/get',
  'repos/get-branch',
  'repos/get-collaborator-permission-level',
  'repos/get-commit',
  'repos/get-content',
  'repos/list-branches',
  'users/get-authenticated',
  'users/get-by-username',
]);

const prose = new Set(['summary', 'example', 'examples', 'externalDocs', 'tags', 'title']);

/** Without prose and extensions; below `properties` every key is a name and stays. */
const bare = (value, isNames = false) => {
  if (Array.isArray(value)) return value.map((each) => bare(each));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) =>
      isNames || !(prose.has(key) || key.startsWith('x-') || (key === 'description' && inner !== 'success')),
  );
  return Object.fromEntries(kept.map(([key, inner]) => [key, bare(inner, key === 'properties' && !isNames)]));
};

const jsonOnly = (response) => {
  const json = response.content?.['application/json'];
  const description = 'success';
  return json === undefined
    ? { description }
    : { description, content: { 'application/json': { schema: json.schema } } };
};

const trimOperation = (full) => ({
  operationId: full.operationId,
  ...(full.parameters === undefined ? {} : { parameters: full.parameters }),
  ...(full.requestBody === undefined ? {} : { requestBody: full.requestBody }),
  responses: Object.fromEntries(
    Object.entries(full.responses)
      .filter(([status]) => status.startsWith('2'))
      .map(([status, response]) => [status, jsonOnly(response)]),
  ),
});

const references = (value, found = new Set()) => {
  if (Array.isArray(value)) value.forEach((each) => references(each, found));
  else if (value !== null && typeof value === 'object') {
    if (typeof value.$ref === 'string') found.add(value.$ref);
    Object.values(value).forEach((each) => references(each, found));
  }
  return found;
};

const follow = (document, reference) =>
  reference
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key], document);

const collectComponents = (document, roots) => {
  const components = {};
  const waiting = [...references(roots)];
  const seen = new Set();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const [, , kind, name] = next.split('/');
    const value = bare(follow(document, next));
    (components[kind] ??= {})[name] = value;
    waiting.push(...references(value));
  }
  const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return Object.fromEntries(Object.entries(sorted(components)).map(([kind, group]) => [kind, sorted(group)]));
};

const trim = (document) => {
  const paths = {};
  const missing = new Set(operations);
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!missing.delete(operation.operationId)) continue;
      (paths[path] ??= {})[method] = bare(trimOperation(operation));
    }
  }
  if (missing.size > 0) throw new Error(`not in the description: ${[...missing].join(', ')}`);
  const { openapi, info } = document;
  return {
    openapi,
    info: { title: info.title, version: info.version, license: info.license },
    paths,
    components: collectComponents(document, paths),
  };
};

const source = process.argv[2];
if (source === undefined) throw new Error('usage: node scripts/trim-openapi.mjs <unpacked @octokit/openapi folder>');
const target = join(import.meta.dirname, '../demo/github/openapi');
const document = JSON.parse(readFileSync(join(source, 'generated/api.github.com.json'), 'utf8'));
const text = JSON.stringify(trim(document));
writeFileSync(join(target, 'api.github.com.json'), `${text}\n`);
copyFileSync(join(source, 'LICENSE'), join(target, 'LICENSE'));
process.stdout.write(`${operations.size} operations, ${Math.round(text.length / 1024)} kB\n`);
