import type { Protocol } from './endpoints.js';

/*
 * What a request may not hold, since its cost could not be told before: what lies at the provider or on the web and
 * is read in from there, tools the provider runs and bills itself, other models than the one named. Aider 0.86.2 and
 * our own questions use none of it.
 */

type Json = Readonly<Record<string, unknown>>;

/** Why the cost of a request cannot be bounded; undefined when it can. */
export const beyondBounds = (protocol: Protocol, body: Json): string | undefined => {
  const key = Object.keys(body).find((each) => forbidden[protocol].includes(plain(each)));
  if (key !== undefined) return refuse(key);
  if (body['service_tier'] === 'priority') return refuse('service_tier priority');
  const tools = listOf(body['tools']);
  if (tools.some((tool) => !isOwnTool(protocol, tool))) return refuse('a tool that the provider runs');
  if ([body, ...tools].some(isKeptAnHour)) return refuse('a cache for an hour');
  const part = partsOf(protocol, body).find((each) => !isBounded(each));
  return part === undefined ? undefined : refuse(`a part "${String(part['type'] ?? Object.keys(part).join(' '))}"`);
};

const refuse = (what: string): string => `${what.slice(0, 100)} is not let through: its cost cannot be told before.`;

/** Such a token costs twice its price, and the price table knows only the shorter cache. */
const isKeptAnHour = (holder: Json): boolean => (holder['cache_control'] as Json | undefined)?.['ttl'] === '1h';

/** Images given in the request itself: their tokens have no relation to their bytes. */
export const imagesIn = (protocol: Protocol, body: Json): number =>
  partsOf(protocol, body).filter((part) => imageKeys.some((key) => key in part)).length;

const plain = (key: string): string => key.toLowerCase().replaceAll('_', '');

const forbidden: Readonly<Record<Protocol, readonly string[]>> = {
  chat: ['websearchoptions', 'audio', 'prediction', 'models', 'route', 'plugins', 'transforms', 'bestof'],
  responses: ['previousresponseid', 'conversation', 'prompt', 'background', 'contextmanagement'],
  messages: ['mcpservers', 'container', 'speed', 'inferencegeo'],
  gemini: ['cachedcontent', 'model'],
};

/** Providers take a single object for a list of one. */
const listOf = (value: unknown): readonly Json[] =>
  [value].flat().filter((each): each is Json => typeof each === 'object' && each !== null);

const isOwnTool = (protocol: Protocol, tool: Json): boolean => {
  switch (protocol) {
    case 'chat':
    case 'responses':
      return tool['type'] === 'function' || tool['type'] === 'custom';
    case 'messages':
      return tool['type'] === undefined || tool['type'] === 'custom';
    case 'gemini':
      return Object.keys(tool).every((key) => plain(key) === 'functiondeclarations');
  }
};

/** Every part of every message, with those inside the results of tools. */
const partsOf = (protocol: Protocol, body: Json): readonly Json[] => {
  switch (protocol) {
    case 'chat':
      return listOf(body['messages']).flatMap(contentOf);
    case 'responses':
      return listOf(body['input']).flatMap((item) => (item['content'] === undefined ? [item] : contentOf(item)));
    case 'messages':
      return [...listOf(body['system']), ...listOf(body['messages']).flatMap(contentOf)];
    case 'gemini': {
      const system = (body['systemInstruction'] ?? body['system_instruction']) as Json | undefined;
      return [...listOf(body['contents']), ...listOf([system])].flatMap((each) => listOf(each['parts']));
    }
  }
};

const contentOf = (holder: Json): readonly Json[] =>
  listOf(holder['content']).flatMap((part) => [part, ...contentOf(part)]);

const imageKeys = ['image_url', 'source', 'inlineData', 'inline_data'];

const textTypes = new Set([
  ...['text', 'refusal', 'input_text', 'output_text', 'summary_text', 'reasoning', 'thinking', 'redacted_thinking'],
  ...['function_call', 'function_call_output', 'tool_use', 'tool_result', 'message'],
]);

const isBounded = (part: Json): boolean => {
  if (isKeptAnHour(part)) return false;
  if (imageKeys.some((key) => key in part)) return isInlineImage(part);
  if (typeof part['type'] === 'string') return textTypes.has(part['type']);
  // Gemini's parts have no type; a bare item of `responses` is a message.
  return Object.keys(part).every((key) => geminiText.has(plain(key)));
};

const geminiText = new Set([
  ...['text', 'thought', 'thoughtsignature', 'functioncall', 'functionresponse', 'role', 'content'],
]);

const isInlineImage = (part: Json): boolean => {
  const inline = (part['inlineData'] ?? part['inline_data']) as Json | undefined;
  if (inline !== undefined) return String(inline['mimeType'] ?? inline['mime_type']).startsWith('image/');
  const source = part['source'] as Json | undefined;
  if (source !== undefined) return part['type'] === 'image' && source['type'] === 'base64';
  const image = part['image_url'] as Json | string | undefined;
  const url = typeof image === 'string' ? image : image?.['url'];
  return typeof url === 'string' && /^data:image\//i.test(url);
};
