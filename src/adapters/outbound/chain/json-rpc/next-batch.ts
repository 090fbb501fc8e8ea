/** The items from `from` on that go together: at most `maxItems`, of at most `maxSize` in all; one that is larger by itself goes alone. */
export function nextBatch<Item>(
  items: readonly Item[],
  from: number,
  limits: { readonly maxItems: number; readonly maxSize: number; readonly sizeOf: (item: Item) => number },
): readonly Item[] {
  const batch: Item[] = [];
  let size = 0;
  for (const item of items.slice(from, from + limits.maxItems)) {
    size += limits.sizeOf(item);
    if (batch.length > 0 && size > limits.maxSize) break;
    batch.push(item);
  }
  return batch;
}
