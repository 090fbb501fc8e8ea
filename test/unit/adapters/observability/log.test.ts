import { describe, expect, test } from 'vitest';
import { createLog, type LogOptions } from '../../../../src/adapters/outbound/observability/pino-log.ts';
import { withoutSecrets } from '../../../../src/adapters/outbound/observability/redaction.ts';

async function logTo(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = await createLog({ level: 'info', secrets: [], destination, ...options });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('log lines', () => {
  test('are JSON, one a line, with level and time as words', async () => {
    const { log, lines, parsed } = await logTo();
    log.info({ step: 'accept', items: 3, valueWei: 2n ** 200n }, 'committed');
    log.warn({}, 'two\nlines');
    expect(lines.every((line) => /^[^\n]+\n$/.test(line))).toBe(true);
    const [first] = parsed();
    expect(first).toMatchObject({ level: 'info', msg: 'committed', step: 'accept', items: 3 });
    expect(first?.['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(lines[0]).toContain((2n ** 200n).toString());
  });

  test('below the level are not written', async () => {
    const { log, parsed } = await logTo({ level: 'warn' });
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(parsed().map(({ msg }) => msg)).toEqual(['c', 'd']);
  });

  test('show an error with its cause', async () => {
    const { log, parsed } = await logTo();
    log.error({ error: new TypeError('outer', { cause: new Error('inner') }) }, 'failed');
    expect(parsed()[0]?.['error']).toMatchObject({ type: 'TypeError', message: 'outer: inner' });
  });

  test('hold nothing that stands under a secret’s name', async () => {
    const { log, lines } = await logTo();
    const secret = 'hunter2hunter2';
    log.info(
      {
        password: secret,
        adminPassword: secret,
        headers: { authorization: `Bearer ${secret}`, 'Set-Cookie': secret, accept: 'json' },
        items: [{ rawTransaction: secret, transactionId: 'a' }],
        apiKey: { value: secret },
      },
      'x',
    );
    expect(lines.join()).not.toContain(secret);
    expect(lines.join()).toContain('"accept":"json"');
    expect(lines.join()).toContain('"transactionId":"a"');
  });

  test('hold no known secret, in whatever words it comes', async () => {
    const secrets = ['correct "horse" battery', 'correct "horse"', 'short'];
    const { log, lines } = await logTo({ secrets });
    log.error({ error: new Error('connect to x?key=correct "horse" battery') }, 'wrong: correct "horse"; short');
    expect(lines.join()).not.toContain('horse');
    expect(lines.join()).not.toContain('battery');
    expect(lines.join()).toContain('short');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'wrong: [redacted]; short' });
  });
});

describe('redaction', () => {
  test('leaves fields alone that hold nothing secret', () => {
    const fields = { idempotencyKey: 'k', tokens: 3, hasPassword: true, list: [{ a: 1 }], nothing: { secret: null } };
    expect(withoutSecrets(fields)).toBe(fields);
  });

  test('does not change what it was given', () => {
    const fields = { a: { secret: 'x' } };
    expect(withoutSecrets(fields)).toEqual({ a: { secret: '[redacted]' } });
    expect(fields.a.secret).toBe('x');
  });

  test('ends on a circle', () => {
    const circle: Record<string, unknown> = { secret: 'x' };
    circle['self'] = circle;
    expect(withoutSecrets(circle)).toMatchObject({ secret: '[redacted]' });
  });
});
