/**
 * Joins the control groups before the first fork, so that nothing of the launch is outside them. What runs here is the
 * first to go when the machine has no memory left, and not the orchestrator.
 */
const joinScript =
  'echo 1000 > /proc/self/oom_score_adj; n=$1; shift; while [ "$n" -gt 0 ]; do echo $$ > "$1"; shift; n=$((n-1)); done; exec "$@"';

/** The command of a launch on our side: joins `joins`, the process lists of control groups, then becomes `command`. */
export const outerCommand = (joins: readonly string[], command: readonly string[]) => ({
  command: '/bin/sh',
  args: ['-c', joinScript, 'join', `${joins.length}`, ...joins, ...command],
});
