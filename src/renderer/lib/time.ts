const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago (or ahead) as a person says it; a date beyond a week. */
export function relativeTime(at: number, now: number, locale?: string): string {
  const elapsed = now - at;
  const size = Math.abs(elapsed);
  if (size > 7 * DAY) return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at);
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (size < 45_000) return elapsed >= 0 ? 'just now' : 'in a moment';
  if (size < HOUR) return words.format(-Math.round(elapsed / MINUTE), 'minute');
  if (size < DAY) return words.format(-Math.round(elapsed / HOUR), 'hour');
  return words.format(-Math.round(elapsed / DAY), 'day');
}

/** Day and time to the second, with the zone: for evidence. */
export function absoluteTime(at: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(at);
}

/** A span in words: `about 4 minutes`, `under a minute`. */
export function durationWords(seconds: number): string {
  if (seconds < 60) return 'under a minute';
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return `about ${hours} ${hours === 1 ? 'hour' : 'hours'}${rest === 0 ? '' : ` ${rest} min`}`;
}

/** A span as it was measured: `3 m 12 s`. */
export function spent(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}
