/** What our own script says in `stderr` when it could not start the command: the line with the launch's mark. */
export const lineOf = (marker: string, stderr: string): string | undefined =>
  stderr.startsWith(`${marker}: `)
    ? stderr
        .slice(marker.length + 2)
        .split('\n')[0]
        ?.replace(/^(line )?\d+: (exec: )?/, '')
    : undefined;
