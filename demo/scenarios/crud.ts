import type { Prd } from '../../src/core/prd.js';
import type { Edit } from '../model/edits.js';
import { replace, write } from '../model/edits.js';
import { edits, onPlan, onPrd, onTask } from '../model/script.js';
import type { Scenario } from './scenario.js';
import { planOf, scenarioFile, scenarioInputs } from './scenario.js';

/** Six tasks: create, read, update and delete at once, then their tests, then the routes. */
const name = 'crud';

const prd: Prd = {
  title: 'User CRUD API',
  goal: 'Clients of the service can create, read, change and delete users over HTTP, and the behaviour is kept by tests.',
  scope: [
    'Functions to create, read, list, change and delete users on top of the in-memory store',
    'Routes under /users in src/routes.js',
    'Tests of the functions and of the routes',
  ],
  nonGoals: ['Authentication and permissions', 'A database', 'Search'],
  acceptance: [
    { id: 'AC1', text: 'POST /users creates a user from name and email and answers 201 with its id and times' },
    { id: 'AC2', text: 'GET /users/:id answers the user, GET /users one page of users with limit and offset' },
    { id: 'AC3', text: 'PATCH /users/:id changes name, email or both and sets the time of the change' },
    { id: 'AC4', text: 'DELETE /users/:id answers 204, and 404 for a user that is not there' },
    {
      id: 'AC5',
      text: 'Bad input is a 400 that names the field; an e-mail address in use is a 409, whatever its case',
    },
    { id: 'AC6', text: 'npm test covers every function and route, and npm run lint passes' },
  ],
  risks: ['E-mail uniqueness is checked by a scan of all users, which is slow for very many users'],
  openQuestions: ['Should a deleted address be free for a new user at once? Assumed: yes'],
};

const functionTask = (verb: string, title: string, instructions: string, acceptance: readonly string[]) => ({
  id: `${verb}-user`,
  title,
  kind: 'implementation' as const,
  instructions,
  writes: [`src/users/${verb}-user.js`],
  reads: ['src/store.js', 'src/validate.js', 'src/errors.js'],
  acceptance: [...acceptance],
  verify: [{ run: `node --check src/users/${verb}-user.js` }],
  estimateMinutes: 12,
});

const functionFiles = ['create', 'read', 'update', 'delete'].map((verb) => `src/users/${verb}-user.js`);
const functionTasks = ['create-user', 'read-user', 'update-user', 'delete-user'];

const contracts = [
  {
    id: 'create',
    file: 'src/users/create-user.js',
    signature: 'createUser(store, input, now) -> user',
    by: 'create-user',
  },
  { id: 'get', file: 'src/users/read-user.js', signature: 'getUser(store, id) -> user', by: 'read-user' },
  {
    id: 'list',
    file: 'src/users/read-user.js',
    signature: 'listUsers(store, { limit, offset }) -> { total, users }',
    by: 'read-user',
  },
  {
    id: 'update',
    file: 'src/users/update-user.js',
    signature: 'updateUser(store, id, input, now) -> user',
    by: 'update-user',
  },
  { id: 'delete', file: 'src/users/delete-user.js', signature: 'deleteUser(store, id)', by: 'delete-user' },
];

const plan = planOf({
  version: 1,
  title: prd.title,
  conventions: [
    'ES modules, named exports, two spaces, single quotes',
    'Bad input throws through src/errors.js; handlers never build error answers themselves',
    'Users live in store.collection("users") as { id, email, name, createdAt, updatedAt }; now() returns a Date',
  ],
  acceptance: prd.acceptance,
  contracts: contracts.map(({ by, ...contract }) => ({ ...contract, doc: '', producedBy: by })),
  tasks: [
    functionTask(
      'create',
      'Create a user',
      'Export createUser(store, input, now). Check name and email with src/validate.js, refuse an address in use with a 409, set createdAt and updatedAt.',
      ['AC1', 'AC5'],
    ),
    functionTask(
      'read',
      'Read and list users',
      'Export getUser(store, id), which throws a 404, and listUsers(store, { limit = 20, offset = 0 }), which returns { total, users }. limit and offset may be strings from a query.',
      ['AC2'],
    ),
    functionTask(
      'update',
      'Change a user',
      'Export updateUser(store, id, input, now). Only name and email may change, at least one must; 404, 400 and 409 as for create; set updatedAt.',
      ['AC3', 'AC5'],
    ),
    functionTask('delete', 'Delete a user', 'Export deleteUser(store, id). Throw a 404 when there is none.', ['AC4']),
    {
      id: 'user-tests',
      title: 'Test the user functions',
      kind: 'test',
      instructions: 'Test every function of src/users with node:test: good cases, each refusal, edges of paging.',
      writes: ['test/users.test.js'],
      reads: [...functionFiles, 'src/store.js'],
      dependsOn: functionTasks,
      acceptance: ['AC1', 'AC2', 'AC3', 'AC4', 'AC5', 'AC6'],
      verify: [{ run: 'node --test test/users.test.js' }],
      estimateMinutes: 20,
    },
    {
      id: 'user-routes',
      title: 'Wire the user routes',
      kind: 'wiring',
      instructions:
        'Add POST /users, GET /users, GET /users/:id, PATCH /users/:id and DELETE /users/:id to src/routes.js, test them through createApp, and list them in the README.',
      writes: ['src/routes.js', 'test/user-routes.test.js', 'README.md'],
      reads: [...functionFiles, 'src/app.js'],
      dependsOn: ['user-tests'],
      acceptance: ['AC1', 'AC2', 'AC3', 'AC4', 'AC6'],
      verify: [{ run: 'node --test test/user-routes.test.js' }],
      estimateMinutes: 15,
    },
  ],
});

const file = (path: string): Edit => write(path, scenarioFile(name, path));

const readmeRoutes = `| GET | \`/health\` | 200 \`{ "status": "ok" }\` |
| POST | \`/users\` | 201 the user; 400, 409 |
| GET | \`/users?limit=20&offset=0\` | 200 \`{ "total", "users" }\`; 400 |
| GET | \`/users/:id\` | 200 the user; 404 |
| PATCH | \`/users/:id\` | 200 the user; 400, 404, 409 |
| DELETE | \`/users/:id\` | 204; 404 |
`;

export const crud: Scenario = {
  name,
  issue: {
    title: 'Add a user CRUD API with tests',
    body: `We need users in this service.

- create, read (one and a page of them), update and delete, under \`/users\`
- a user has a name and an e-mail address; addresses are unique whatever their case
- bad input must say which field is wrong
- please with tests, and list the routes in the README
`,
  },
  prd,
  plan,
  script: {
    name,
    rules: [
      onPrd(prd),
      onPlan(plan),
      onTask('create-user', edits('I add the function that creates a user.', file('src/users/create-user.js'))),
      onTask('read-user', edits('I add reading of one user and of a page.', file('src/users/read-user.js'))),
      onTask('update-user', edits('I add the function that changes a user.', file('src/users/update-user.js'))),
      onTask('delete-user', edits('I add the function that deletes a user.', file('src/users/delete-user.js'))),
      onTask('user-tests', edits('I test each function and each refusal.', file('test/users.test.js'))),
      onTask(
        'user-routes',
        edits(
          'I wire the routes, test them through the app and list them in the README.',
          file('src/routes.js'),
          file('test/user-routes.test.js'),
          replace('README.md', '| GET | `/health` | 200 `{ "status": "ok" }` |\n', readmeRoutes),
        ),
      ),
    ],
  },
  latencyMs: 3000,
  inputs: scenarioInputs,
  expected: {
    tasks: 6,
    peakAgents: 4,
    iterations: 6,
    conflicts: 0,
    tests: 27,
    changed: [
      'README.md',
      'src/routes.js',
      'src/users/create-user.js',
      'src/users/delete-user.js',
      'src/users/read-user.js',
      'src/users/update-user.js',
      'test/user-routes.test.js',
      'test/users.test.js',
    ],
  },
};
