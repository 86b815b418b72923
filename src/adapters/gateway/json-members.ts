/** A member of a JSON object, by its place in the text it stands in. */
export interface Member {
  readonly key: string;
  /** Of the value: `text.slice(from, to)`. */
  readonly from: number;
  readonly to: number;
}

/**
 * The members of the object whose `{` stands at or, after blanks, behind `at`; undefined when there is none. The text
 * must be JSON: check that with `JSON.parse` first. Duplicates are all there, as no parser would tell them.
 */
export const membersOf = (text: string, at = 0): readonly Member[] | undefined => {
  let now = skipBlanks(text, at);
  if (text[now] !== '{') return undefined;
  const members: Member[] = [];
  now = skipBlanks(text, now + 1);
  while (text[now] === '"') {
    const keyEnd = endOfString(text, now);
    const from = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    const to = endOfValue(text, from);
    members.push({ key: JSON.parse(text.slice(now, keyEnd)) as string, from, to });
    now = skipBlanks(text, to);
    if (text[now] === ',') now = skipBlanks(text, now + 1);
  }
  return members;
};

const skipBlanks = (text: string, at: number): number => {
  let now = at;
  while (/[ \t\n\r]/.test(text[now] ?? '')) now += 1;
  return now;
};

const endOfString = (text: string, at: number): number => {
  let now = at + 1;
  while (now < text.length && text[now] !== '"') now += text[now] === '\\' ? 2 : 1;
  return now + 1;
};

const endOfValue = (text: string, at: number): number => {
  const first = text[at];
  if (first === '"') return endOfString(text, at);
  if (first === '{' || first === '[') return endOfNest(text, at);
  let now = at;
  while (now < text.length && !/[,}\] \t\n\r]/.test(text[now] ?? '')) now += 1;
  return now;
};

const endOfNest = (text: string, at: number): number => {
  let depth = 0;
  let now = at;
  do {
    const each = text[now];
    if (each === '"') {
      now = endOfString(text, now);
      continue;
    }
    if (each === '{' || each === '[') depth += 1;
    if (each === '}' || each === ']') depth -= 1;
    now += 1;
  } while (depth > 0 && now < text.length);
  return now;
};
