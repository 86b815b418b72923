import { trackingMarker } from '../core/render/markdown.js';
import { issueBranch } from './admit.js';
import type { GitHub } from '../ports/github.js';

/** The answer to `status`: the state line of the newest tracking comment, where it stands, and the open pull request. */
export const renderRunStatus = async (github: GitHub, number: number): Promise<string> => {
  const [comment, pullRequest] = await Promise.all([
    github.findComment(number, trackingMarker),
    github.openPullRequestFrom(issueBranch(number)),
  ]);
  if (comment === undefined) return `No run is known on issue #${number}.`;
  const state = comment.body.split('\n').find((line) => line.trim() !== '' && !line.startsWith('<!--')) ?? '';
  const open = pullRequest === undefined ? '' : `\n\nOpen pull request: #${pullRequest.number}.`;
  return `${state.replace(/<br>\s*$/, '')}\n\n[The whole comment](${comment.url})${open}`;
};
