/** JSON for the database: bigints are written as `{"$n":"…"}` so that they come back as bigints. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? { $n: item.toString() } : item,
  );
}

export function fromJson<T>(text: string): T {
  return JSON.parse(text, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && '$n' in item && typeof item.$n === 'string'
      ? BigInt(item.$n)
      : item,
  ) as T;
}
