import type { Prd } from '../../src/core/prd.js';
import type { Edit } from '../model/edits.js';
import { move, replace, write } from '../model/edits.js';
import { edits, onPlan, onPrd, onTask, text } from '../model/script.js';
import type { Scenario } from './scenario.js';
import { planOf, scenarioFile, scenarioInputs } from './scenario.js';

/**
 * Three troubles of real work:
 *
 * 1. `search-users`: the first answer fails its own test (it compares case), the second passes.
 * 2. `listing-guide`: the first answer is a question without an edit; asked again, it edits.
 * 3. `move-helpers` and `page-helper` conflict although their write sets are disjoint. A plan has no two unordered
 *    tasks with overlapping writes, so no two agents can edit the same file; but git also knows directory renames:
 *    one agent moves every file of `src/util/` to `src/shared/` while another adds `src/util/page.js`. Each change is
 *    in scope, and `git merge-tree` reports "CONFLICT (file location)" whichever lands first (a test proves both
 *    orders). Redone on top of what landed the same edit merges cleanly: the later commit then has the earlier as its
 *    parent. The move needs Aider's `patch` format, the only one that can move a file; the task asks for it.
 *
 * The first two go on while the third happens, and `list-route` comes after all that it uses.
 */
const name = 'trouble';

const prd: Prd = {
  title: 'Find users: search and pages',
  goal: 'Clients can search the users of the service and read them page by page.',
  scope: ['Search by name and e-mail address', 'Pages', 'GET /users', 'A guide', 'Helpers move to src/shared'],
  nonGoals: ['Creating and changing users', 'Sorting'],
  acceptance: [
    { id: 'AC1', text: 'Search finds users by a part of name or e-mail address, whatever its case' },
    { id: 'AC2', text: 'A page has at most 100 items; bad page numbers are a 400' },
    { id: 'AC3', text: 'GET /users takes search, page and size' },
    { id: 'AC4', text: 'docs/listing.md explains the parameters and the answer' },
    { id: 'AC5', text: 'The helpers of src/util lie in src/shared, and everything that uses them still works' },
  ],
  risks: ['Moving helpers while others add code can conflict'],
  openQuestions: [],
};

const plan = planOf({
  version: 1,
  title: prd.title,
  conventions: ['ES modules, named exports, two spaces, single quotes', 'Bad input throws through src/errors.js'],
  acceptance: prd.acceptance,
  contracts: [
    {
      id: 'search',
      file: 'src/users/search-users.js',
      signature: 'searchUsers(store, text) -> users',
      producedBy: 'search-users',
    },
    {
      id: 'page',
      file: 'src/util/page.js',
      signature: 'pageOf(items, { page, size }) -> { items, page, pages }',
      producedBy: 'page-helper',
    },
  ],
  tasks: [
    {
      id: 'move-helpers',
      title: 'Move the helpers to src/shared',
      kind: 'migration',
      instructions: 'Move src/util/ids.js and src/util/text.js to src/shared/ unchanged and mend the imports.',
      writes: [
        'src/util/ids.js',
        'src/util/text.js',
        'src/shared/ids.js',
        'src/shared/text.js',
        'src/store.js',
        'src/validate.js',
      ],
      acceptance: ['AC5'],
      editFormat: 'patch',
      estimateMinutes: 8,
    },
    {
      id: 'page-helper',
      title: 'Cut lists into pages',
      kind: 'implementation',
      instructions: 'Export pageOf(items, { page = 1, size = 20 }). page and size may be strings. Test it.',
      writes: ['src/util/page.js', 'test/page.test.js'],
      reads: ['src/errors.js'],
      acceptance: ['AC2'],
      verify: [{ run: 'node --test test/page.test.js' }],
      estimateMinutes: 10,
    },
    {
      id: 'search-users',
      title: 'Search users',
      kind: 'implementation',
      instructions: 'Export searchUsers(store, text): part of name or e-mail address, whatever its case. Test it.',
      writes: ['src/users/search-users.js', 'test/search-users.test.js'],
      reads: ['src/errors.js'],
      acceptance: ['AC1'],
      verify: [{ run: 'node --test test/search-users.test.js' }],
      estimateMinutes: 10,
    },
    {
      id: 'listing-guide',
      title: 'Write the guide',
      kind: 'docs',
      instructions: 'Explain the parameters of GET /users and its answer.',
      writes: ['docs/listing.md'],
      acceptance: ['AC4'],
      estimateMinutes: 6,
    },
    {
      id: 'list-route',
      title: 'Wire GET /users',
      kind: 'wiring',
      instructions: 'Add GET /users with search, page and size to src/routes.js and test it through createApp.',
      writes: ['src/routes.js', 'test/list-route.test.js'],
      reads: ['src/users/search-users.js', 'src/util/page.js', 'src/app.js'],
      dependsOn: ['search-users', 'page-helper'],
      acceptance: ['AC3'],
      verify: [{ run: 'node --test test/list-route.test.js' }],
      estimateMinutes: 8,
    },
  ],
});

const file = (path: string): Edit => write(path, scenarioFile(name, path));

const search = 'src/users/search-users.js';

export const trouble: Scenario = {
  name,
  issue: {
    title: 'Search and page through users',
    body: `There will be many users soon. Please add \`GET /users\` with a search and pages, explain it in docs/,
and move the helpers in src/util to src/shared on the way.
`,
  },
  prd,
  plan,
  script: {
    name,
    rules: [
      onPrd(prd),
      onPlan(plan),
      onTask(
        'move-helpers',
        edits(
          'I move both helpers and mend the imports.',
          move('src/util/ids.js', 'src/shared/ids.js'),
          move('src/util/text.js', 'src/shared/text.js'),
          replace('src/store.js', "import { newId } from './util/ids.js';", "import { newId } from './shared/ids.js';"),
          replace(
            'src/validate.js',
            "import { looksLikeEmail, tidy } from './util/text.js';",
            "import { looksLikeEmail, tidy } from './shared/text.js';",
          ),
        ),
      ),
      onTask('page-helper', edits('Pages and their tests.', file('src/util/page.js'), file('test/page.test.js'))),
      onTask(
        'search-users',
        edits(
          'Search and its tests.',
          write(search, scenarioFile(name, `${search.replace('.js', '')}.first.js`)),
          file('test/search-users.test.js'),
        ),
        edits('The comparison must not depend on case; I mend it.', file(search), file('test/search-users.test.js')),
      ),
      onTask(
        'listing-guide',
        text('Before I write the guide: should it name the largest page size? I can go either way.'),
        edits('The guide, with the largest page size.', file('docs/listing.md')),
      ),
      onTask('list-route', edits('The route and its test.', file('src/routes.js'), file('test/list-route.test.js'))),
    ],
  },
  latencyMs: 2000,
  inputs: scenarioInputs,
  expected: {
    tasks: 5,
    peakAgents: 4,
    iterations: 8,
    conflicts: 1,
    tests: 19,
    changed: [
      'docs/listing.md',
      'src/routes.js',
      'src/shared/ids.js',
      'src/shared/text.js',
      'src/store.js',
      'src/users/search-users.js',
      'src/util/ids.js',
      'src/util/page.js',
      'src/util/text.js',
      'src/validate.js',
      'test/list-route.test.js',
      'test/page.test.js',
      'test/search-users.test.js',
    ],
  },
};
