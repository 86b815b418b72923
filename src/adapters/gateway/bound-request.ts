import type { Bounds } from '../../core/budget/request-claim.js';
import { failed, success, type Result } from '../../core/result.js';
import { beyondBounds, imagesIn } from './beyond-bounds.js';
import type { Protocol } from './endpoints.js';
import { membersOf, type Member } from './json-members.js';

/** A request as it comes, read whole. */
export interface Unbounded {
  readonly provider: string;
  /** The provider's own address, not one the user gave. */
  readonly isOwnBase: boolean;
  readonly protocol: Protocol;
  readonly path: string;
  readonly body: Buffer;
  readonly maxOutputTokens: number;
}

/** A request whose cost is bounded. `body` is the client's own, byte for byte, but for what had to be limited. */
export interface Bounded {
  /** As the provider calls it. */
  readonly model: string | undefined;
  readonly body: Buffer;
  readonly bounds: Bounds;
}

/**
 * Bounds what a request can cost, or says why it cannot be bounded. A limit the client set and that fits stays; one
 * that does not, or is no whole number, becomes ours; where there is none, ours is put in front. A streamed chat is
 * made to report its usage at the end. Everything else keeps its bytes.
 */
export const boundRequest = (request: Unbounded): Result<Bounded, string> => {
  const parsed = parseObject(request.body);
  if (parsed === undefined) return failed('the body must be a JSON object.');
  // Latin-1 keeps every byte one character; JSON's own signs are the same in it.
  const text = request.body.toString('latin1');
  const members = membersOf(text) ?? [];
  const refused = oddMembers(request.protocol, members) ?? beyondBounds(request.protocol, parsed);
  if (refused !== undefined) return failed(refused);
  const model = modelOf(request, parsed);
  const limited = limitOutput({ ...request, model, text, members });
  if (!limited.ok) return limited;
  const edits = [...limited.value.edits, ...usageEdit(request.protocol, parsed, text)];
  const body = edits.length === 0 ? request.body : Buffer.from(applyEdits(text, edits), 'latin1');
  const input = body.length + promptTokens + imagesIn(request.protocol, parsed) * imageTokens;
  return success({
    model,
    body,
    bounds: { input, output: limited.value.output * choicesOf(request.protocol, parsed) },
  });
};

/**
 * No tokenizer makes more than one token of a byte, so the body's length bounds its tokens; what a provider puts
 * around it (roles, a prompt for the use of tools) is far below this.
 */
const promptTokens = 1000;

/** The dearest image known: gpt-4o-mini counts 25,501 tokens for one of eight tiles, and a few more are possible. */
const imageTokens = 50_000;

type Json = Readonly<Record<string, unknown>>;

const parseObject = (body: Buffer): Json | undefined => {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Json) : undefined;
  } catch {
    return undefined;
  }
};

/** Gemini names the model in the path, the others in the body. */
const modelOf = ({ path }: Unbounded, body: Json): string | undefined => {
  const inPath = /\/models\/([^/:?]+):/.exec(path)?.[1];
  return inPath ?? (typeof body['model'] === 'string' ? body['model'] : undefined);
};

/** Some parsers take the first of two equal keys and some the last, some do not mind case or `_`. */
const plain = (key: string): string => key.toLowerCase().replaceAll('_', '');

const oddMembers = (protocol: Protocol, members: readonly Member[]): string | undefined => {
  const spelling = protocol === 'gemini' ? /^[a-z][A-Za-z0-9_]*$/ : /^[a-z][a-z0-9_]*$/;
  const odd = members.find(({ key }) => !spelling.test(key));
  if (odd !== undefined) return `the body names an odd ${JSON.stringify(odd.key.slice(0, 60))}.`;
  const keys = members.map(({ key }) => plain(key));
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  return twice === undefined ? undefined : `the body names ${twice} more than once.`;
};

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const applyEdits = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((now, edit) => now.slice(0, edit.from) + edit.text + now.slice(edit.to), text);

interface Limiting extends Unbounded {
  readonly model: string | undefined;
  readonly text: string;
  readonly members: readonly Member[];
}

type Limited = Result<{ readonly edits: readonly Edit[]; readonly output: number }, string>;

const limitOutput = (request: Limiting): Limited => {
  if (request.protocol !== 'gemini') return limitMembers(request, request.members, 0);
  const config = request.members.find(({ key }) => plain(key) === 'generationconfig');
  if (config === undefined) {
    const edit = insert(request.text, 0, `"generationConfig":{"maxOutputTokens":${request.maxOutputTokens}}`);
    return success({ edits: [edit], output: request.maxOutputTokens });
  }
  const inner = membersOf(request.text, config.from);
  if (inner === undefined) return failed('generationConfig must be an object.');
  const odd = oddMembers('gemini', inner);
  return odd === undefined ? limitMembers(request, inner, config.from) : failed(odd);
};

/** Limits the members of the object that begins at `at`. */
const limitMembers = (request: Limiting, members: readonly Member[], at: number): Limited => {
  const { text, maxOutputTokens } = request;
  const names = limitNames(request.protocol);
  const limits = members.filter(({ key }) => names.includes(plain(key)));
  if (limits.length === 0) {
    const edit = insert(text, at, `"${nameToSet(request)}":${maxOutputTokens}`);
    return success({ edits: [edit], output: maxOutputTokens });
  }
  const given = limits.map(({ from, to }) => ({ from, to, value: Number(text.slice(from, to)) }));
  const fits = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= maxOutputTokens;
  const edits = given
    .filter(({ value }) => !fits(value))
    .map(({ from, to }) => ({ from, to, text: `${maxOutputTokens}` }));
  return success({ edits, output: Math.max(...given.map(({ value }) => (fits(value) ? value : maxOutputTokens))) });
};

const limitNames = (protocol: Protocol): readonly string[] => {
  switch (protocol) {
    case 'chat':
      return ['maxtokens', 'maxcompletiontokens'];
    case 'responses':
    case 'gemini':
      return ['maxoutputtokens'];
    case 'messages':
      return ['maxtokens'];
  }
};

const nameToSet = (request: Limiting): string => {
  switch (request.protocol) {
    case 'chat':
      return takesCompletionTokens(request) ? 'max_completion_tokens' : 'max_tokens';
    case 'responses':
      return 'max_output_tokens';
    case 'gemini':
      return 'maxOutputTokens';
    case 'messages':
      return 'max_tokens';
  }
};

/** OpenAI's reasoning models refuse the old name; many servers of one's own know no other. */
const takesCompletionTokens = ({ provider, isOwnBase, model = '' }: Limiting): boolean => {
  if (provider === 'groq' || provider === 'xai') return true;
  if (provider !== 'openai') return false;
  return isOwnBase || /(?:^|\/)(?:o\d|gpt-[5-9])/.test(model);
};

const insert = (text: string, at: number, member: string): Edit => {
  const open = text.indexOf('{', at) + 1;
  const isEmpty = /^[ \t\n\r]*\}/.test(text.slice(open, open + 1000));
  return { from: open, to: open, text: isEmpty ? member : `${member},` };
};

const usageEdit = (protocol: Protocol, body: Json, text: string): readonly Edit[] => {
  const isSilent = protocol === 'chat' && body['stream'] === true && body['stream_options'] === undefined;
  return isSilent ? [insert(text, 0, '"stream_options":{"include_usage":true}')] : [];
};

/** Answers asked for at once, each as long as the limit allows. */
const choicesOf = (protocol: Protocol, body: Json): number => {
  const config = (body['generationConfig'] ?? body['generation_config']) as Json | undefined;
  const asked = protocol === 'gemini' ? (config?.['candidateCount'] ?? config?.['candidate_count']) : body['n'];
  return Math.max(1, Math.ceil(Number(asked ?? 1)) || 1);
};
