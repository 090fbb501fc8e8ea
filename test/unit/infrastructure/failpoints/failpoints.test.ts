import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { STEPS, type ChangeSet, type Step } from '../../../../src/application/change-set.ts';
import type { ChainNode } from '../../../../src/application/ports/chain-node.ts';
import type { Ledger } from '../../../../src/application/ports/ledger.ts';
import type { Outbox } from '../../../../src/application/ports/outbox.ts';
import type { TransactionCodec } from '../../../../src/application/ports/transaction-codec.ts';
import type { WakeUpQueue } from '../../../../src/application/ports/wake-up-queue.ts';
import type { DueLane, Work } from '../../../../src/application/ports/work.ts';
import { FAILPOINTS, type FailpointName } from '../../../../src/infrastructure/failpoints/failpoint-names.ts';
import { Failpoint, readFailpoint, UnknownFailpoint } from '../../../../src/infrastructure/failpoints/failpoint.ts';
import { withFailpoints } from '../../../../src/infrastructure/failpoints/with-failpoints.ts';

/** Everything that happens, with a † where the process would have died. */
function world(setting: string) {
  const happened: string[] = [];
  const failpoint = readFailpoint(setting, () => happened.push('†'));
  if (failpoint === null) throw new Error('none');
  const note = <Value>(what: string, value: Value): Promise<Value> => {
    happened.push(what);
    return Promise.resolve(value);
  };
  const lanes: readonly DueLane[] = [];
  const decorate = withFailpoints(failpoint);
  const committed = { kind: 'committed', accepted: [], outbox: null } as const;
  const conflict = { kind: 'conflict', reason: 'version', ids: [] } as const;
  const ledgerOf = (result: typeof committed | typeof conflict) =>
    decorate.ledger({ commit: ({ step }) => note(step, result) } satisfies Ledger);
  const node = decorate.node({
    send: () => note('send', []),
    around: (at: number) => note('around', { ok: true, value: { at: null, next: at === 0 ? null : {} } }),
  } as unknown as ChainNode);
  return {
    happened,
    ledger: ledgerOf(committed),
    conflicting: ledgerOf(conflict),
    outbox: decorate.outbox({ done: () => note('done', undefined) } as unknown as Outbox),
    work: decorate.work({ due: () => note('due', lanes) } as unknown as Work),
    queue: decorate.queue({ publish: () => note('publish', undefined) } as unknown as WakeUpQueue),
    node,
    codec: decorate.codec({ recover: () => note('recover', []) } as unknown as TransactionCodec),
  };
}

type World = ReturnType<typeof world>;

const change = (step: Step, more: Partial<ChangeSet> = {}): ChangeSet => ({ step, at: 0, ...more });
const aFiller = { newFillers: [{}] } as unknown as Partial<ChangeSet>;

describe('a failpoint', () => {
  test.each<[FailpointName, (here: World) => Promise<unknown>, string[]]>([
    ['accept.beforeCommit', ({ ledger }) => ledger.commit(change('accept')), ['†', 'accept']],
    ['accept.afterCommit', ({ ledger }) => ledger.commit(change('accept')), ['accept', '†']],
    ['relay.afterPublish', ({ outbox }) => outbox.done([1]), ['†', 'done']],
    ['reserve.afterCommit', ({ ledger }) => ledger.commit(change('reserve')), ['reserve', '†']],
    ['sign.beforeStore', ({ ledger }) => ledger.commit(change('attempts')), ['†', 'attempts']],
    ['attempts.afterCommit', ({ ledger }) => ledger.commit(change('attempts')), ['attempts', '†']],
    ['endpoint2.beforeVerify', ({ codec }) => codec.recover([]), ['†', 'recover']],
    ['validate.afterCommit', ({ ledger }) => ledger.commit(change('validate')), ['validate', '†']],
    ['send.before', ({ node }) => node.send([]), ['†', 'send']],
    ['send.after', ({ node }) => node.send([]), ['send', '†']],
    ['settle.afterCommit', ({ ledger }) => ledger.commit(change('settle')), ['settle', '†']],
    ['block.afterRead', ({ node }) => node.around(1), ['around', '†']],
    ['cursor.beforeCommit', ({ ledger }) => ledger.commit(change('cursor')), ['†', 'cursor']],
    ['cursor.afterCommit', ({ ledger }) => ledger.commit(change('cursor')), ['cursor', '†']],
    ['filler.afterCommit', ({ ledger }) => ledger.commit(change('filler', aFiller)), ['filler', '†']],
    ['cancel.afterCommit', ({ ledger }) => ledger.commit(change('cancel')), ['cancel', '†']],
    ['retry.afterCommit', ({ ledger }) => ledger.commit(change('retry')), ['retry', '†']],
    ['sweep.afterWakeUp', async ({ work, queue }) => queue.publish(await work.due(0, 1)), ['due', 'publish', '†']],
  ])('%s stands where its name says', async (name, run, expected) => {
    const here = world(name);
    await run(here);
    expect(here.happened).toEqual(expected);
  });

  test('covers every name once', () => {
    expect(new Set(FAILPOINTS).size).toBe(18);
  });

  test('is passed n times before it ends the process, and once only', async () => {
    const { ledger, happened } = world('accept.afterCommit:3');
    for (let n = 0; n < 4; n++) await ledger.commit(change('accept'));
    expect(happened).toEqual(['accept', 'accept', 'accept', '†', 'accept']);
  });

  test.each(FAILPOINTS.filter((name) => name.endsWith('.afterCommit')))(
    '%s is not passed by a conflict',
    async (name) => {
      const { conflicting, happened } = world(name);
      for (const step of STEPS) await conflicting.commit(change(step, aFiller));
      expect(happened).not.toContain('†');
    },
  );

  test('of a filler is passed where one is made beside a reservation too', async () => {
    const { ledger, happened } = world('filler.afterCommit');
    await ledger.commit(change('reserve'));
    await ledger.commit(change('reserve', aFiller));
    expect(happened).toEqual(['reserve', 'reserve', '†']);
  });

  test('of the sweeper is not passed by the relay, nor that of a block by a head without one', async () => {
    const sweeper = world('sweep.afterWakeUp');
    await sweeper.queue.publish([]);
    expect(sweeper.happened).toEqual(['publish']);
    const tracker = world('block.afterRead');
    await tracker.node.around(0);
    expect(tracker.happened).toEqual(['around']);
  });
});

describe('FAILPOINT', () => {
  test('may be absent', () => {
    expect(readFailpoint(undefined)).toBeNull();
  });

  test.each([
    '',
    'accept',
    'accept.afterCommit:0',
    'accept.afterCommit:x',
    'accept.afterCommit:',
    'accept.afterCommit:1:2',
  ])('is refused where it is %j, and the names are listed', (text) => {
    expect(() => readFailpoint(text)).toThrow(UnknownFailpoint);
    for (const name of FAILPOINTS) expect(() => readFailpoint(text)).toThrow(name);
  });

  test('ends the process as kill -9 does, before anything else runs', () => {
    const module = new URL('../../../../src/infrastructure/failpoints/failpoint.ts', import.meta.url).href;
    const script = `
      const { readFailpoint } = await import(${JSON.stringify(module)});
      process.on('exit', () => console.log('exit'));
      const failpoint = readFailpoint('send.before:2');
      failpoint.pass('send.before');
      console.log('once');
      failpoint.pass('send.before');
      console.log('twice');
    `;
    const { signal, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      {
        cwd: fileURLToPath(new URL('../../../../', import.meta.url)),
        encoding: 'utf8',
      },
    );
    expect(signal).toBe('SIGKILL');
    expect(stdout).toBe('once\n');
  });
});

test('a decorated port keeps its own state and its other methods', async () => {
  class Counting {
    #sent = 0;
    async send() {
      this.#sent += 1;
      return [];
    }
    head() {
      return this.#sent;
    }
  }
  const failpoint = new Failpoint('cursor.afterCommit', 1);
  const node = withFailpoints(failpoint).node(new Counting() as unknown as ChainNode);
  await node.send([]);
  expect(node.head()).toBe(1);
});
