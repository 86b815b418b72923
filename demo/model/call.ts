import type { IncomingMessage } from 'node:http';
import type { Answer, Refusal, Spoken } from './answer.js';
import { geminiAnswer, geminiRefusal } from './gemini.js';
import { openAiAnswer, openAiRefusal } from './openai.js';
import { GeminiBody, OpenAiBody, promptText, readGeminiQuestion, readOpenAiQuestion } from './read-question.js';
import type { Question } from './script.js';

/** One model request, its protocol taken off. */
export interface Call {
  readonly protocol: 'openai' | 'gemini';
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly prompt: string;
  readonly question: Question;
  /** The key as sent, without `Bearer `; '' when none came. */
  readonly key: string;
  readonly keyHeader: string;
}

/** Reads a request to one of the model paths; undefined for any other path. Throws on a body that is no such request. */
export const readCall = (request: IncomingMessage, body: string): Call | undefined => {
  const url = new URL(request.url ?? '/', 'http://model');
  if (request.method !== 'POST') return undefined;
  if (/^(\/v1)?\/chat\/completions$/.test(url.pathname)) return openAiCall(request, body);
  const gemini = /^(?:\/v1beta|\/v1)?\/models\/(?<model>[^/:]+):(?<verb>generateContent|streamGenerateContent)$/.exec(
    url.pathname,
  );
  return gemini?.groups === undefined ? undefined : geminiCall(request, body, gemini.groups);
};

export const speak = (call: Call, spoken: Spoken): Answer =>
  call.protocol === 'openai' ? openAiAnswer(spoken) : geminiAnswer(spoken);

export const decline = (protocol: Call['protocol'], refusal: Refusal): Answer =>
  protocol === 'openai' ? openAiRefusal(refusal) : geminiRefusal(refusal);

const openAiCall = (request: IncomingMessage, text: string): Call => {
  const body = OpenAiBody.parse(JSON.parse(text));
  return {
    protocol: 'openai',
    model: body.model,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
    prompt: promptText(body),
    question: readOpenAiQuestion(body),
    key: header(request, 'authorization').replace(/^Bearer /i, ''),
    keyHeader: 'authorization',
  };
};

const geminiCall = (request: IncomingMessage, text: string, groups: Record<string, string>): Call => {
  const body = GeminiBody.parse(JSON.parse(text));
  return {
    protocol: 'gemini',
    model: groups['model'] ?? '',
    stream: groups['verb'] === 'streamGenerateContent',
    includeUsage: true,
    prompt: promptText(body),
    question: readGeminiQuestion(body),
    key: header(request, 'x-goog-api-key'),
    keyHeader: 'x-goog-api-key',
  };
};

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};
