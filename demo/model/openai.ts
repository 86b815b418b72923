import type { Answer, Refusal, Spoken } from './answer.js';
import { countTokens, eventStream, jsonAnswer, pieces, withRetryAfter } from './answer.js';

/** `chat.completion`, or its stream, as the OpenAI API reference has it. */
export const openAiAnswer = (spoken: Spoken): Answer => (spoken.stream ? streamed(spoken) : whole(spoken));

/** OpenAI's error envelope. */
export const openAiRefusal = (refusal: Refusal): Answer =>
  withRetryAfter(
    jsonAnswer(refusal.script, refusal.status, {
      error: { message: `${refusal.message} (scripted model)`, type: refusal.code, param: null, code: refusal.code },
    }),
    refusal,
  );

export const openAiModels = (script: string, models: readonly string[]): Answer =>
  jsonAnswer(script, 200, {
    object: 'list',
    data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'scripted-model' })),
  });

const envelope = (spoken: Spoken, object: string) => ({
  id: `chatcmpl-scripted-${String(spoken.seq)}`,
  object,
  created: Math.floor(Date.now() / 1000),
  model: spoken.model,
  system_fingerprint: 'scripted-model',
});

const usageOf = (spoken: Spoken) => {
  const completion = countTokens(spoken.text);
  return {
    prompt_tokens: spoken.promptTokens,
    completion_tokens: completion,
    total_tokens: spoken.promptTokens + completion,
  };
};

const whole = (spoken: Spoken): Answer =>
  jsonAnswer(spoken.script, 200, {
    ...envelope(spoken, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: spoken.text, refusal: null },
        logprobs: null,
        finish_reason: spoken.finish,
      },
    ],
    usage: usageOf(spoken),
  });

const streamed = (spoken: Spoken): Answer => {
  const chunk = (delta: object, finish: string | null) => ({
    ...envelope(spoken, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const events = [
    chunk({ role: 'assistant', content: '' }, null),
    ...pieces(spoken.text).map((content) => chunk({ content }, null)),
    chunk({}, spoken.finish),
    ...(spoken.includeUsage
      ? [{ ...envelope(spoken, 'chat.completion.chunk'), choices: [], usage: usageOf(spoken) }]
      : []),
  ];
  return eventStream(spoken.script, events, 'data: [DONE]\n\n');
};
