import { describe, expect, it } from 'vitest';
import { classify } from '../../../../src/domain/node-answer/classify.ts';
import { NODE_ERROR_CLASSES } from '../../../../src/domain/node-answer/node-error-class.ts';
import { answered, FIXTURES, sent } from './fixtures.ts';

describe('every real message is classed rightly', () => {
  const clients = [...new Set(FIXTURES.map(({ client }) => client))];
  for (const client of clients) {
    const said = FIXTURES.filter((fixture) => fixture.client === client);
    it.each(said.map((fixture) => [sent(fixture).slice(0, 100), fixture] as const))(`${client}: %s`, (_, fixture) => {
      expect(classify(answered(fixture)).class).toBe(fixture.class);
    });
  }

  it('by its words alone: without the code, and with one that says nothing', () => {
    const wrong = FIXTURES.filter((fixture) =>
      [{ message: sent(fixture) }, { message: sent(fixture), code: -32000 }].some(
        (answer) => classify(answer).class !== fixture.class,
      ),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the evidence', () => {
  it('holds the 322 messages read at source and what Anvil said when asked', () => {
    const recorded = FIXTURES.filter(({ source }) => source.startsWith('recorded: '));
    expect(FIXTURES.length - recorded.length).toBeGreaterThanOrEqual(322);
    expect(recorded.length).toBeGreaterThanOrEqual(50);
    expect(new Set(recorded.map(({ version }) => version)).size).toBe(1);
  });

  it.each(NODE_ERROR_CLASSES)('has messages of the class %s', (name) => {
    expect(FIXTURES.filter((fixture) => fixture.class === name).length).toBeGreaterThan(1);
  });

  it('names a source for each message', () => {
    expect(FIXTURES.filter(({ source }) => source.trim() === '')).toEqual([]);
  });
});
