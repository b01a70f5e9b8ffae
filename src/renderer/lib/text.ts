/** Joins class names, leaving out what does not apply. */
export function classes(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

/** What has to be typed before an irreversible act on an asset: its ticker, or its name where it has none. */
export function assetWord(asset: { ticker: string | null; name: string }): string {
  return asset.ticker ?? asset.name;
}
