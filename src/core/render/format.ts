/** `$0.0312`, `$1.24`, `$0.00`; a sum too small for four decimals is `<$0.0001`. US dollars. */
export const formatUsd = (usd: number): string => {
  if (usd === 0) return '$0.00';
  if (usd < 0.0001) return '<$0.0001';
  return usd < 0.99995 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
};

/** A sum some of whose prices may be unknown. */
export const formatCost = ({ usd, known }: { readonly usd: number; readonly known: boolean }): string => {
  if (known) return formatUsd(usd);
  return usd > 0 ? `≥ ${formatUsd(usd)}` : 'unknown';
};

/** `0.4 s`, `12 s`, `1 m 12 s`, `2 h 5 m`; negative times with a minus sign. Milliseconds in. */
export const formatDuration = (ms: number): string => {
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${seconds % 60} s`;
  const rest = Math.round((seconds % 3600) / 60);
  return rest === 60
    ? `${Math.floor(minutes / 60) + 1} h`
    : `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} m` : ''}`;
};

/** `950`, `12.3k`, `1.20M`. */
export const formatCount = (count: number): string => {
  if (count < 1000) return String(count);
  return count < 999_950 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1e6).toFixed(2)}M`;
};

/** `1 task`, `2 tasks`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** 0 to 1 as `83 %`. */
export const formatShare = (share: number): string => `${Math.round(share * 100)} %`;
