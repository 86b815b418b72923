import fc from 'fast-check';
import { commandTable, parseCommand, renderHelp, type Command } from '../../../src/core/request/command.js';

const onIssue = { prefix: '/aider', onPullRequest: false };
const onPullRequest = { prefix: '/aider', onPullRequest: true };
const start = (text: string): Command => ({ kind: 'start', text });
const none: Command = { kind: 'none' };

describe('parseCommand on an issue', () => {
  it.each<[string, string, Command]>([
    ['starts without text', '/aider', start('')],
    ['starts on the word start alone', '/aider start', start('')],
    [
      'keeps the word start when text follows it',
      '/aider start the server with TLS',
      start('start the server with TLS'),
    ],
    ['takes anything else as request text', '/aider add a flag', start('add a flag')],
    [
      'takes the lines below into the text, code and quotes too',
      '/aider add this\r\n\r\n```js\r\nx\r\n```\r\n> y',
      start('add this\n\n```js\nx\n```\n> y'),
    ],
    ['reads a command', '/aider help', { kind: 'help' }],
    ['reads a command with words after it', '/aider status please', { kind: 'status' }],
    ['does not mind case', '/AIDER Status', { kind: 'status' }],
    ['does not mind spaces and CRLF', '   /aider   help  \r\nthanks', { kind: 'help' }],
    ['does not mind empty lines before it', '\n \r\n/aider help', { kind: 'help' }],
    ['answers a word this version does not have', '/aider retry', { kind: 'unsupported', word: 'retry' }],
    [
      'reads plan with the words after it',
      '/aider plan only docs\nand tests',
      { kind: 'plan', text: 'only docs\nand tests' },
    ],
    ['reads plan alone', '/aider plan', { kind: 'plan', text: '' }],
    ['reads approve with its hash', '/aider approve 0123ABCD now\nthanks', { kind: 'approve', hash: '0123abcd' }],
    ['reads approve without a hash', '/aider approve', { kind: 'approve', hash: '' }],
    ['reads resume', '/aider resume please', { kind: 'resume' }],
    ['takes fix as request text', '/aider fix the login', start('fix the login')],
    ['takes rebase as request text', '/aider rebase', start('rebase')],
    ['takes what is near to fix as request text', '/aider fit the table', start('fit the table')],
    ['answers a dropped letter with help', '/aider stats', { kind: 'misspelt', word: 'stats', meant: 'status' }],
    ['answers a swap with help', '/aider hlep', { kind: 'misspelt', word: 'hlep', meant: 'help' }],
    ['answers a mark after the word with help', '/aider stop!', { kind: 'misspelt', word: 'stop!', meant: 'stop' }],
    ['wants the prefix as a whole word', '/aiderr help', none],
    ['wants the prefix on the first line', 'hello\n/aider help', none],
    ['skips a quote before it', '> /aider stop\n> more\n\n/aider help', { kind: 'help' }],
    ['skips code before it', '```\n/aider stop\n```\n/aider help', { kind: 'help' }],
    ['skips tilde fences', '~~~\n/aider stop\n```\n~~~\n/aider help', { kind: 'help' }],
    ['skips indented code', '    /aider stop\n\t/aider stop\n/aider help', { kind: 'help' }],
    ['reads nothing in a quote', '> /aider help', none],
    ['reads nothing in code', '```\n/aider help', none],
    ['reads nothing in inline code', '`/aider help`', none],
    ['reads nothing in an HTML comment', '<!-- \n/aider help\n-->', none],
    ['reads nothing behind an open HTML comment', '<!-- x\n/aider help', none],
    ['is not hidden from by a fence in an HTML comment', '<!-- ```\n-->\n/aider help', { kind: 'help' }],
    ['sees through invisible characters', '\u200b/aider he\u200blp', { kind: 'help' }],
    ['reads nothing in an empty comment', '', none],
  ])('%s', (_, comment, expected) => {
    expect(parseCommand(comment, onIssue)).toEqual(expected);
  });
});

describe('a command among its surroundings', () => {
  it.each<[string, string, Command]>([
    ['a fence that is closed by a longer bar', '```\ncode\n`````  \n/aider status', { kind: 'status' }],
    ['a fence that a shorter bar does not close', '`````\n```\n/aider status', none],
    ['a fence that a bar with a word does not close', '```\n``` x\n/aider status', none],
    ['a fence that a bar within a line does not close', '```\nx ```\n/aider status', none],
    ['a fence that the other sign does not close', '~~~\n```\n/aider status', none],
    ['several spaces', '/aider   approve   ABC  now', { kind: 'approve', hash: 'abc' }],
    ['no hash', '/aider approve', { kind: 'approve', hash: '' }],
    ['lines below it', '/aider plan  add x\n\nand y\n', { kind: 'plan', text: 'add x\n\nand y' }],
    ['nothing but lines below it', '/aider\n\nadd x', start('add x')],
  ])('is read beside %s', (_, comment, expected) => {
    expect(parseCommand(comment, onIssue)).toEqual(expected);
  });

  it('is none in an empty comment', () => {
    expect(parseCommand('', onIssue)).toEqual(none);
  });

  it('is explained without a note where there is none', () => {
    expect(renderHelp('/bot')).toMatch(/^Write one of these/);
  });
});

describe('parseCommand on a pull request', () => {
  it.each<[string, string, Command]>([
    ['knows fix as a command', '/aider fix the login', { kind: 'unsupported', word: 'fix' }],
    ['knows rebase as a command', '/aider rebase', { kind: 'unsupported', word: 'rebase' }],
    ['answers what is near to fix with help', '/aider fxi', { kind: 'misspelt', word: 'fxi', meant: 'fix' }],
  ])('%s', (_, comment, expected) => {
    expect(parseCommand(comment, onPullRequest)).toEqual(expected);
  });
});

describe('parseCommand, for any text', () => {
  const prose = fc.string({ unit: 'grapheme', maxLength: 60 });

  it('never reads a command out of a quote or a fence', () => {
    const quoted = prose.map((text) =>
      `/aider ${text}`
        .split(/\r\n?|[\n\u2028\u2029\u0085]/)
        .map((line) => `> ${line}`)
        .join('\n'),
    );
    const fenced = prose.map((text) => `\`\`\`\`\n/aider ${text.replaceAll('`', '')}\n\`\`\`\``);
    fc.assert(
      fc.property(fc.oneof(quoted, fenced), (comment) => {
        expect(parseCommand(comment, onPullRequest)).toEqual(none);
      }),
    );
  });

  it('never runs on a word one edit away from a command', () => {
    const word = fc.constantFrom(...commandTable.map((each) => each.name));
    const slip = fc.tuple(
      word,
      fc.nat(),
      fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
      fc.constantFrom('drop', 'add', 'swap'),
    );
    fc.assert(
      fc.property(slip, ([name, at, letter, how]) => {
        const i = at % name.length;
        const slipped = {
          drop: name.slice(0, i) + name.slice(i + 1),
          add: name.slice(0, i) + letter + name.slice(i),
          swap: name.slice(0, i) + (name[i + 1] ?? '') + (name[i] ?? '') + name.slice(i + 2),
        }[how];
        const command = parseCommand(`/aider ${slipped} it`, onPullRequest);
        if (slipped === name) expect(command.kind).not.toBe('none');
        else expect(['misspelt', 'unsupported', 'status', 'help']).toContain(command.kind);
      }),
    );
  });

  it('is for us only when the prefix stands in it', () => {
    fc.assert(
      fc.property(prose, (text) => {
        if (!/\/aider/i.test(text)) expect(parseCommand(text, onIssue)).toEqual(none);
      }),
    );
  });
});

describe('renderHelp', () => {
  it('lists only what this version can do', () => {
    expect(renderHelp('/bot', 'This version does not have `plan`.')).toBe(
      [
        'This version does not have `plan`.',
        '',
        'Write one of these as the first line of a comment:',
        '',
        '- `/bot <text>`: start on this issue with this request',
        '- `/bot start`: start on this issue; what follows is added to the request',
        '- `/bot plan`: make and show a plan, which waits to be approved',
        '- `/bot approve`: with the hash of a plan that waits: run it, as it was shown',
        '- `/bot resume`: go on with the run here that was killed or cancelled',
        '- `/bot status`: say how the last run here stands',
        '- `/bot help`: show this list',
      ].join('\n'),
    );
  });
});
