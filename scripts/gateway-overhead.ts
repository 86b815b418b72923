import { createServer, request, Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock as clock } from '../src/adapters/clock/system-clock.js';
import { startGateway } from '../src/adapters/gateway/gateway.js';

/*
 * What the gateway adds to a request, side by side with the same request without it: a loopback provider that answers
 * at once, a prompt of 50 kB, kept connections, every stage on. Usage: node --import tsx scripts/gateway-overhead.ts
 */

const rounds = 400;
const body = JSON.stringify({
  model: 'm',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'word '.repeat(10_000) }],
});
const answer = JSON.stringify({
  choices: [{ message: { content: 'x'.repeat(4_000) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 10_000, completion_tokens: 1_000, total_tokens: 11_000 },
});

const provider = createServer((incoming, reply) => {
  incoming.resume().once('end', () => {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    reply.end(answer);
  });
});
await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
const direct = `http://127.0.0.1:${String((provider.address() as AddressInfo).port)}`;
const price = { inputPerToken: 1e-6, outputPerToken: 1e-6, tiers: [] };
const gateway = await startGateway({
  providers: [{ name: 'openai', base: direct, key: 'sk-not-a-real-key' }],
  prices: { source: () => 'none', priceOf: () => price },
  budget: { maxCostUsd: 1_000_000, maxTokens: 1 },
  clock,
});
const lease = gateway.lease('bench', ['openai/m']);
const agent = new Agent({ keepAlive: true });

const ask = (base: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const headers = { authorization: `Bearer ${lease.token}`, 'content-length': Buffer.byteLength(body) };
    const sent = request(`${base}/chat/completions`, { method: 'POST', agent, headers }, (reply) => {
      reply.resume().once('end', () => {
        resolve(performance.now() - startedAt);
      });
    });
    sent.on('error', reject).end(body);
  });

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

const without: number[] = [];
const through: number[] = [];
for (let round = -50; round < rounds; round += 1) {
  const [one, two] = [await ask(direct), await ask(lease.baseUrl('openai'))];
  if (round >= 0) {
    without.push(one);
    through.push(two);
  }
}
const row = (name: string, times: readonly number[]): string =>
  `${name.padEnd(12)} median ${median(times).toFixed(2)} ms, 95 % ${(times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0).toFixed(2)} ms`;
console.log(
  `${row('without', without)}\n${row('through', through)}\nadded        median ${(median(through) - median(without)).toFixed(2)} ms`,
);
agent.destroy();
await gateway.close();
provider.close();
