import { z } from 'zod';

/** Said of a text that is not right. */
export class Wrong {
  readonly expected: string;
  constructor(expected: string) {
    this.expected = expected;
  }
}

export type Read<Value> = Value | Wrong;

/** A setting read from the environment's text; the issue's message is what would be right. */
export function setting<Value>(read: (text: string) => Read<Value>) {
  return z.string().transform((text, context): Value => {
    const value = text === '' ? new Wrong('set but empty; leave it out, or give it a value') : read(text);
    if (!(value instanceof Wrong)) return value;
    context.addIssue({ code: 'custom', message: value.expected });
    return z.NEVER;
  });
}

/** A whole number in decimal digits, both ends included. */
export const integer = (lowest: number, highest: number, what: string) =>
  setting((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= lowest && value <= highest
      ? value
      : new Wrong(`${what}: a whole number from ${lowest} to ${highest}`);
  });

/** Something that this release does not have: refused whatever it says, so that nobody relies on it. */
export const notYet = (sentence: string) => setting((): Read<null> => new Wrong(sentence)).optional();

/** The items of a comma-separated list, each read on its own; blanks around them do not count. The first wrong one is the answer. */
export function listOf<Item>(text: string, read: (item: string) => Read<Item>): Read<readonly Item[]> {
  const items: Item[] = [];
  for (const part of text.split(',')) {
    const item = read(part.trim());
    if (item instanceof Wrong) return item;
    items.push(item);
  }
  return items;
}

/** The first item that comes twice, compared by `key`. */
export function repeated<Item>(items: readonly Item[], key: (item: Item) => string): Item | undefined {
  const seen = new Set<string>();
  return items.find((item) => seen.size === seen.add(key(item)).size);
}
