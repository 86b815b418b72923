import { send, type Exchange } from '../http.js';
import type { World } from '../world/world.js';

/** Answers a page for people. */
export const servePage = async (_world: World, exchange: Exchange): Promise<void> => {
  send(exchange, { status: 404, type: 'text/plain; charset=utf-8', body: 'not yet\n' });
};
