import type { Answer, Refusal, Spoken } from './answer.js';
import { countTokens, eventStream, jsonAnswer, pieces, withRetryAfter } from './answer.js';

/** `generateContent`, or `streamGenerateContent` with `alt=sse`, as the Gemini API reference has them. */
export const geminiAnswer = (spoken: Spoken): Answer => {
  if (!spoken.stream)
    return jsonAnswer(spoken.script, 200, { ...candidate(spoken, spoken.text, true), ...tail(spoken) });
  const parts = pieces(spoken.text);
  const events = parts.map((part, index) => {
    const last = index === parts.length - 1;
    return { ...candidate(spoken, part, last), ...tail(spoken) };
  });
  return eventStream(spoken.script, events, '');
};

/** Google's error envelope; `code` becomes its status word. */
export const geminiRefusal = (refusal: Refusal): Answer =>
  withRetryAfter(
    jsonAnswer(refusal.script, refusal.status, {
      error: { code: refusal.status, message: `${refusal.message} (scripted model)`, status: statusWord(refusal) },
    }),
    refusal,
  );

const candidate = (spoken: Spoken, text: string, last: boolean) => ({
  candidates: [
    {
      index: 0,
      content: { role: 'model', parts: [{ text }] },
      ...(last ? { finishReason: spoken.finish === 'stop' ? 'STOP' : 'MAX_TOKENS' } : {}),
    },
  ],
});

const tail = (spoken: Spoken) => {
  const answered = countTokens(spoken.text);
  return {
    usageMetadata: {
      promptTokenCount: spoken.promptTokens,
      candidatesTokenCount: answered,
      totalTokenCount: spoken.promptTokens + answered,
    },
    modelVersion: `${spoken.model} (scripted-model)`,
    responseId: `scripted-${String(spoken.seq)}`,
  };
};

const statusWord = ({ status }: Refusal): string => {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 404) return 'NOT_FOUND';
  if (status === 429) return 'RESOURCE_EXHAUSTED';
  return status >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT';
};
