import { z } from 'zod';

/**
 * How far the processes of clones are kept apart from the machine; `ports/place.ts` says what each level promises.
 * A run reaches one level and keeps it to its end.
 */
export const Isolation = z.enum(['sandbox', 'user', 'none']);
export type Isolation = z.infer<typeof Isolation>;

/** What raises the isolation of a machine, as one line for a person. */
export const howToGetSandbox =
  'Install bubblewrap (`apt-get install bubblewrap`) and allow user namespaces (on Ubuntu `sudo sysctl -w ' +
  'kernel.apparmor_restrict_unprivileged_userns=0`; in a container `options: --privileged`)';

/** What raises a level that was reached; '' for the highest. */
export const howToRaise = (level: Isolation): string => {
  switch (level) {
    case 'sandbox':
      return '';
    case 'user':
      return `${howToGetSandbox}; with \`isolation: auto\` the next run has a sandbox.`;
    case 'none':
      return `${howToGetSandbox}, then take \`isolation: none\` out of the settings.`;
  }
};

/** What a level leaves open that a person has to know of before trusting the result; '' where there is nothing. */
export const isolationWarning = (level: Isolation): string => {
  switch (level) {
    case 'sandbox':
      return '';
    case 'user':
      return (
        'Isolation was user: agents, set-up and validation ran as other users, who reach no address but what they are ' +
        'given. They could read what every user of the machine may read.'
      );
    case 'none':
      return (
        'Isolation was none: agents, set-up and validation ran with all rights of this user, and could read its ' +
        'files, reach its network and change what it can change.'
      );
  }
};
