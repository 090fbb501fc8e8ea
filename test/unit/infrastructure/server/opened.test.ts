import { describe, expect, it } from 'vitest';
import { Opened } from '../../../../src/infrastructure/server/opened.ts';

describe('what a start has opened', () => {
  it('is closed last first, each when the one before it is closed, and once', async () => {
    const opened = new Opened();
    const closed: string[] = [];
    opened.add(() => closed.push('folder'));
    opened.add(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      closed.push('database');
    });
    await opened.close();
    await opened.close();
    expect(closed).toEqual(['database', 'folder']);
  });

  it('is closed whatever becomes of the others, and what went wrong is told', async () => {
    const opened = new Opened();
    const closed: string[] = [];
    opened.add(() => closed.push('folder'));
    opened.add(() => Promise.reject(new Error('the database hangs')));
    opened.add(() => {
      throw new Error('no listener');
    });
    const error: unknown = await opened.close().catch((reason: unknown) => reason);
    expect(closed).toEqual(['folder']);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: no listener', 'Error: the database hangs']);
  });
});
