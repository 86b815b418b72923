/**
 * A model provider whose base URL Aider 0.86.2 honours (measured with its bundled litellm 1.81.10).
 * `defaultBase` is what Aider's own client uses, so that `defaultBase` + the path Aider appends is the real address.
 */
export interface Provider {
  readonly name: string;
  readonly title: string;
  /** The action's input and, in capitals with `_`, the environment variable of its key. */
  readonly keyInput: string;
  readonly keyEnv: string;
  readonly baseEnv: string;
  readonly defaultBase: string;
  readonly keyHeader: 'authorization' | 'x-api-key' | 'x-goog-api-key';
}

const provider = <const Name extends string>(
  name: Name,
  title: string,
  defaultBase: string,
  keyHeader: Provider['keyHeader'],
): Provider & { readonly name: Name } => ({
  name,
  title,
  keyInput: `${name}-api-key`,
  keyEnv: `${name.toUpperCase()}_API_KEY`,
  baseEnv: `${name.toUpperCase()}_API_BASE`,
  defaultBase,
  keyHeader,
});

export const providers = [
  provider('openai', 'OpenAI', 'https://api.openai.com/v1', 'authorization'),
  provider('anthropic', 'Anthropic', 'https://api.anthropic.com', 'x-api-key'),
  provider('gemini', 'Gemini', 'https://generativelanguage.googleapis.com/v1beta', 'x-goog-api-key'),
  provider('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', 'authorization'),
  provider('deepseek', 'DeepSeek', 'https://api.deepseek.com/v1', 'authorization'),
  provider('groq', 'Groq', 'https://api.groq.com/openai/v1', 'authorization'),
  provider('xai', 'xAI', 'https://api.x.ai/v1', 'authorization'),
] as const satisfies readonly Provider[];

export type ProviderName = (typeof providers)[number]['name'];

export const findProvider = (name: string): (Provider & { readonly name: ProviderName }) | undefined =>
  providers.find((each) => each.name === name);
