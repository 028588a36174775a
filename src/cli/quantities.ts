/** Numbers with their units, as a person reads them. */

const byteUnits = ["B", "KB", "MB", "GB", "TB"] as const;

/** @returns like `512 B` or `1.5 MB`, counted by 1024 as the options are */
export function inBytes(bytes: number): string {
  let unit = 0;
  let rest = bytes;
  while (rest >= 1024 && unit < byteUnits.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${byteUnits[unit]}`;
}

const timeUnits = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** @returns the two largest units of a time, like `23 h 59 min` */
export function inTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = timeUnits.findIndex(([, size]) => whole >= size);
  if (first < 0) return "0 s";
  const [name, size] = timeUnits[first]!;
  const next = timeUnits[first + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1]);
  const main = `${Math.floor(whole / size)} ${name}`;
  return rest === 0 || next === undefined ? main : `${main} ${rest} ${next[0]}`;
}
