import type { Stage } from './exchange.js';

/** A lease is good for its models alone: a token that leaked out of an agent cannot ask for a dearer one. */
export const keepToLease: Stage = async ({ lease, model }, next) => {
  if (model !== undefined && lease.models.has(model)) return next();
  const message = `this token is not good for ${model === undefined ? 'a request without a model' : `the model ${model.slice(0, 100)}`}, only for ${[...lease.models].join(', ') || 'none'}.`;
  return { kind: 'refused', status: 400, message, error: `model_not_leased: ${message}` };
};
