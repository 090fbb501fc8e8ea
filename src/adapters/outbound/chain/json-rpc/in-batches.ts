/**
 * Cuts a list into runs of at most `maxItems` whose sizes add up to at most `maxSize`; one that is larger by itself goes alone. Empty
 * for an empty list.
 */
export function inBatches<Item>(
  items: readonly Item[],
  maxItems: number,
  maxSize: number,
  sizeOf: (item: Item) => number,
): readonly (readonly Item[])[] {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let size = 0;
  for (const item of items) {
    const itemSize = sizeOf(item);
    if (batch.length > 0 && (batch.length === maxItems || size + itemSize > maxSize)) {
      batches.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(item);
    size += itemSize;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
