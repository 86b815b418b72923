/** The kinds of request that may pass: the completions agents and our own questions need. */
export type Protocol = 'chat' | 'responses' | 'messages' | 'gemini';

/** Our own questions and litellm use responses for models OpenAI serves by nothing else. */
const openAi: readonly (readonly [Protocol, RegExp])[] = [
  ['chat', /^\/chat\/completions$/],
  ['responses', /^\/responses$/],
];
const chatOnly: typeof openAi = [['chat', /^\/chat\/completions$/]];

const endpoints: Readonly<Record<string, typeof openAi>> = {
  openai: openAi,
  anthropic: [['messages', /^\/v1\/messages$/]],
  gemini: [['gemini', /^\/models\/[\w.-]+:(generateContent|streamGenerateContent)$/]],
  openrouter: chatOnly,
  deepseek: chatOnly,
  groq: chatOnly,
  xai: chatOnly,
};

/**
 * What a request is, by provider, method and path below the provider's base; undefined for everything else a key
 * opens: files, batches, assistants, fine-tuning, keys and bills. No encoded sign is needed in any of the paths, so
 * none is allowed, and a provider's reading of one cannot differ from ours.
 */
export const protocolOf = (provider: string, method: string, rest: string): Protocol | undefined => {
  if (method !== 'POST' || !Object.hasOwn(endpoints, provider)) return undefined;
  const path = rest.replace(/\?.*$/s, '');
  return endpoints[provider]?.find(([, pattern]) => pattern.test(path))?.[0];
};
