import { gitEnv } from '../../../src/adapters/git/git.js';
import { aiderEnv } from '../../../src/adapters/aider/aider-env.js';
import { toolEnv } from '../../../src/adapters/aider/tool-env.js';
import { baseEnv } from '../../../src/adapters/processes/base-env.js';
import { scrubbed } from '../../../src/adapters/processes/scrub.js';
import { toolRoots } from '../../../src/adapters/processes/tool-roots.js';
import { setupEnv } from '../../../src/adapters/setup/setup-env.js';
import { group, pairs } from '../group.js';

/** What a runner or a careless workflow may have set, and what each could do. */
const secrets: readonly string[] = [
  ...['INPUT_GITHUB-TOKEN', 'INPUT_OPENAI-API-KEY', 'INPUT_APP-PRIVATE-KEY', 'GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_PAT'],
  ...['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_CACHE_URL'],
  ...['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY', 'DEEPSEEK_API_KEY', 'XAI_API_KEY'],
  ...['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AZURE_CLIENT_SECRET', 'GOOGLE_APPLICATION_CREDENTIALS'],
  ...['NPM_TOKEN', 'NODE_AUTH_TOKEN', 'NPM_CONFIG__AUTH', 'CARGO_REGISTRY_TOKEN', 'TWINE_PASSWORD', 'DOCKER_PASSWORD'],
  ...['DATABASE_URL', 'SLACK_WEBHOOK_URL', 'SECRET', 'PASSWORD', 'MY_API_KEY', 'openai_api_key', 'GITHUB_APP_KEY'],
];
const steering: readonly string[] = [
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_V8_COVERAGE', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'GCONV_PATH'],
  ...['DYLD_INSERT_LIBRARIES', 'PYTHONPATH', 'PYTHONSTARTUP', 'PYTHONHOME', 'PYTHONINSPECT', 'VIRTUAL_ENV'],
  ...['BASH_ENV', 'ENV', 'PROMPT_COMMAND', 'SHELLOPTS', 'BASHOPTS', 'IFS', 'CDPATH', 'PS4', 'BASH_FUNC_git%%'],
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY', 'GIT_ALTERNATE_OBJECT_DIRECTORIES'],
  ...[
    'GIT_SSH_COMMAND',
    'GIT_SSH',
    'GIT_ASKPASS',
    'SSH_ASKPASS',
    'GIT_PROXY_COMMAND',
    'GIT_EXTERNAL_DIFF',
    'GIT_PAGER',
  ],
  ...[
    'GIT_EXEC_PATH',
    'GIT_TEMPLATE_DIR',
    'GIT_CONFIG_PARAMETERS',
    'GIT_CONFIG',
    'GIT_EDITOR',
    'GIT_TRACE',
    'GIT_NAMESPACE',
  ],
  ...['AIDER_MODEL', 'AIDER_LOAD', 'AIDER_LINT_CMD', 'AIDER_TEST_CMD', 'AIDER_OPENAI_API_BASE', 'AIDER_ENV_FILE'],
  ...[
    'RUBYOPT',
    'PERL5OPT',
    'PERL5LIB',
    'JAVA_TOOL_OPTIONS',
    'MAVEN_OPTS',
    'SSH_AUTH_SOCK',
    'DOCKER_HOST',
    'KUBECONFIG',
  ],
  ...['EDITOR', 'VISUAL', 'PAGER', 'LESSOPEN', 'npm_config_script_shell', 'npm_config_node_options'],
];

const mark = 'MARKED-Jx7Kq2Vw9Rt4Yz8L';

type Outer = Readonly<Record<string, string>>;

/** Every environment we make, from one that is hostile. */
const environments = {
  'our own, as /proc shows it': (outer: Outer) => scrubbed(outer),
  'git’s': (outer: Outer) => gitEnv({}, outer),
  'Aider’s': (outer: Outer) => aiderEnv({ home: '/h', path: outer['PATH'] ?? '', gateway: {} }),
  'Aider’s installer’s': (outer: Outer) => toolEnv(outer),
  'set-up’s': (outer: Outer) => setupEnv('/h', outer),
  'a validation command’s': (outer: Outer) => ({
    ...toolRoots(outer),
    ...baseEnv({ home: '/h', path: outer['PATH'] ?? '' }),
  }),
} as const;
type Whose = keyof typeof environments;

export const inheritedEnvironment = group('inherited environment', {
  owner: 'src/adapters/processes/scrub.ts, src/adapters/**/*-env.ts',
  predicates: {
    isLeftOut: ({ whose, name }: { whose: Whose; name: string }) => {
      const made = environments[whose]({ PATH: '/usr/bin', HOME: '/home/x', [name]: mark });
      expect(JSON.stringify(made)).not.toContain(mark);
      expect(made['PATH']).toBe('/usr/bin');
    },
    /** An address may be needed; the name and the password in it are not. */
    hasNoPassword: ({ whose, name }: { whose: Whose; name: string }) => {
      const made = environments[whose]({ PATH: '/usr/bin', [name]: `https://user:${mark}@registry.test/` });
      expect(JSON.stringify(made)).not.toContain(mark);
    },
  },
  vectors: [
    ...pairs(Object.keys(environments) as Whose[], [...secrets, ...steering]).map(([whose, name]) => ({
      id: `${name} in ${whose} environment`,
      holds: 'isLeftOut' as const,
      input: { whose, name },
    })),
    ...pairs(['set-up’s', 'a validation command’s', 'Aider’s', 'our own, as /proc shows it'] as const, [
      'HTTPS_PROXY',
      'https_proxy',
      'npm_config_registry',
      'PIP_INDEX_URL',
      'UV_INDEX_URL',
      'GOPROXY',
    ]).map(([whose, name]) => ({
      id: `a password in ${name} in ${whose} environment`,
      holds: 'hasNoPassword' as const,
      input: { whose, name },
    })),
  ],
});
