/**
 * How much processor time of this thread something takes, in milliseconds. Whether work grows faster than what it is
 * given is judged by it: by the clock, all that a busy machine does meanwhile would count as well.
 */
export function cpuMsOf(act: () => void): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}
