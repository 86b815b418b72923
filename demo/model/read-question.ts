import { z } from 'zod';
import { readChatFiles } from './chat-files.js';
import type { EditFormat, Question } from './script.js';

const Parts = z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]).nullish();

/** The part of an OpenAI chat request that is read. */
export const OpenAiBody = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: Parts })),
  response_format: z
    .looseObject({ json_schema: z.looseObject({ name: z.string().optional(), schema: z.unknown() }).optional() })
    .nullish(),
});
export type OpenAiBody = z.infer<typeof OpenAiBody>;

const GeminiTurn = z.looseObject({ role: z.string().optional(), parts: Parts });

/** The part of a Gemini `generateContent` request that is read. */
export const GeminiBody = z.looseObject({
  systemInstruction: GeminiTurn.nullish(),
  system_instruction: GeminiTurn.nullish(),
  contents: z.array(GeminiTurn),
  generationConfig: z.looseObject({ responseSchema: z.unknown(), responseJsonSchema: z.unknown() }).partial().nullish(),
});
export type GeminiBody = z.infer<typeof GeminiBody>;

/** What a request says, whatever its protocol. */
interface Said {
  readonly system: string;
  readonly users: readonly string[];
  readonly schemaName?: string | undefined;
  readonly schema?: unknown;
}

export const readOpenAiQuestion = (body: OpenAiBody): Question => {
  const texts = (roles: readonly string[]): readonly string[] =>
    body.messages.filter((each) => roles.includes(each.role)).map((each) => textOf(each.content));
  const format = body.response_format?.json_schema;
  return ask({
    system: texts(['system', 'developer']).join('\n'),
    users: texts(['user']),
    schemaName: format?.name,
    schema: format?.schema,
  });
};

export const readGeminiQuestion = (body: GeminiBody): Question =>
  ask({
    system: textOf((body.systemInstruction ?? body.system_instruction)?.parts),
    users: body.contents.filter((each) => (each.role ?? 'user') === 'user').map((each) => textOf(each.parts)),
    schema: body.generationConfig?.responseSchema ?? body.generationConfig?.responseJsonSchema,
  });

/** All text of a request, for a fair count of its tokens. */
export const promptText = (body: OpenAiBody | GeminiBody): string => {
  const turns: unknown = 'messages' in body ? body.messages : [body.systemInstruction, body.contents];
  return JSON.stringify(turns);
};

const ask = (said: Said): Question => {
  const line = fixedLine(said.users);
  const structured = line === undefined ? structuredKind(said) : undefined;
  return {
    ...(line ?? { kind: structured ?? 'other', text: said.users.at(-1) ?? '' }),
    system: said.system,
    editFormat: editFormatOf(said.system + said.users.join('\n')),
    ...readChatFiles(said.users),
  };
};

type Named = Pick<Question, 'kind' | 'task' | 'attempt' | 'iteration' | 'round' | 'text'>;

const fixed =
  /^(?:Work on task `(?<work>[^`]+)` \(attempt (?<attempt>\d+), iteration (?<iteration>\d+) of \d+\)\.|Repair task `(?<repair>[^`]+)` \(round (?<round>\d+)\.?(?: of \d+)?\)\.)/gm;

/** The last fixed line of the newest user message that has one. */
const fixedLine = (users: readonly string[]): Named | undefined => {
  for (const text of users.toReversed()) {
    const groups = [...text.matchAll(fixed)].at(-1)?.groups;
    if (groups?.['work'] !== undefined)
      return {
        kind: 'task',
        task: groups['work'],
        attempt: Number(groups['attempt']),
        iteration: Number(groups['iteration']),
        text,
      };
    if (groups?.['repair'] !== undefined)
      return { kind: 'repair', task: groups['repair'], round: Number(groups['round']), text };
  }
  return undefined;
};

const structuredKind = (said: Said): 'prd' | 'plan' | undefined =>
  byName(said.schemaName) ?? bySchema(said.schema) ?? byWords(said.system);

const byName = (name: string | undefined): 'prd' | 'plan' | undefined =>
  name === 'prd' || name === 'plan' ? name : undefined;

const bySchema = (schema: unknown): 'prd' | 'plan' | undefined => {
  const words = JSON.stringify(schema ?? null);
  if (words.includes('"dependsOn"')) return 'plan';
  return words.includes('"nonGoals"') ? 'prd' : undefined;
};

/** Where a provider has no structured output the schema stands in the system text. */
const byWords = (system: string): 'prd' | 'plan' | undefined => {
  if (/Git commit messages/i.test(system)) return undefined;
  if (system.includes('dependsOn')) return 'plan';
  if (/product requirements|\bPRD\b/i.test(system)) return 'prd';
  return /\bplan\b.*\btasks\b/is.test(system) ? 'plan' : undefined;
};

const editFormatOf = (words: string): EditFormat => {
  if (words.includes('V4A diff format')) return 'patch';
  return words.includes('SEARCH/REPLACE') ? 'diff' : 'whole';
};

const textOf = (content: z.infer<typeof Parts>): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('');
