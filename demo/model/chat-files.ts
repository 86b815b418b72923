/** The files of an Aider chat as one request shows them, and the fence around them. */
export interface ChatFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly fence: readonly [string, string];
}

/** Fences of Aider 0.86.2 (`all_fences` in base_coder.py); it takes the first that no file holds. */
const fences = [
  ['```', '```'],
  ['````', '````'],
  ['<source>', '</source>'],
  ['<code>', '</code>'],
  ['<pre>', '</pre>'],
  ['<codeblock>', '</codeblock>'],
  ['<sourcecode>', '</sourcecode>'],
] as const;

const opening = 'I have *added these files to the chat*';

/** Reads the newest user turn by which Aider shows files: `path`, fence, content, fence. */
export const readChatFiles = (userTexts: readonly string[]): ChatFiles => {
  const shown = userTexts.findLast((each) => each.startsWith(opening)) ?? '';
  const lines = shown.split('\n');
  const first = lines.find((line) => fences.some(([open]) => open === line));
  const fence = fences.find(([open]) => open === first) ?? fences[0];
  return { files: filesIn(lines, fence), fence };
};

const filesIn = (lines: readonly string[], fence: readonly [string, string]): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  let at = lines.indexOf(fence[0]);
  while (at > 0) {
    const end = lines.indexOf(fence[1], at + 1);
    if (end === -1) break;
    const content = lines.slice(at + 1, end).join('\n');
    files.set(lines[at - 1] ?? '', content === '' ? '' : `${content}\n`);
    at = lines.indexOf(fence[0], end + 1);
  }
  return files;
};
