/** Numbers and times as people read them. */

/** Like 950, 1.2 k, 3.4 M. */
export function shortCount(count: number): string {
  if (count < 1000) return String(Math.round(count * 10) / 10).replace(/\.0$/, "");
  if (count < 1_000_000) return `${trimmed(count / 1000)} k`;
  return `${trimmed(count / 1_000_000)} M`;
}

/** @param share from 0 to 1 */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  if (value < 0.1) return "< 0.1 %";
  return `${trimmed(value)} %`;
}

/** Like 640 B, 3.2 KB. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${trimmed(bytes / 1000)} KB`;
  return `${trimmed(bytes / 1_000_000)} MB`;
}

/**
 * @param time ISO 8601
 * @param now milliseconds since the epoch
 * @returns like "just now", "5 min ago", "yesterday", "3 Jan 2026"
 */
export function ago(time: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  if (seconds < 10) return "just now";
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 2 * 86_400) return "yesterday";
  if (seconds < 14 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`;
  return day(time);
}

/** Like 3 Jan 2026. */
export function day(time: string): string {
  return new Date(time).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

/** Like 3 Jan 2026, 14:05:09, by the clock of who looks. */
export function moment(time: string): string {
  return `${day(time)}, ${new Date(time).toLocaleTimeString("en-GB")}`;
}

/** Like 30 s, 5 min, 2 h 10 min. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) {
    const rest = whole % 60;
    return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
  }
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

function trimmed(value: number): string {
  return value < 10 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
}
