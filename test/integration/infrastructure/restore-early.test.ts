import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startAnvil, type Anvil } from '../../support/anvil.ts';
import { admin, makeRecord } from '../../support/admin.ts';
import { SECRETS } from '../../support/e2e/scene.ts';

let folder: string;
let anvil: Anvil;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restore-early-'));
  anvil = await startAnvil({ noMining: true });
});
afterEach(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a restored record that knew no chain yet sends nothing before a person has decided, or is refused', async () => {
  const env = { ...SECRETS, RPC_URLS: anvil.url, SIGNERS: 'dev:0,dev:1' };
  await makeRecord(folder, env);
  const file = join(folder, 'copy.backup');
  await admin(folder, ['backup', file], env);
  // Everything that was accepted after the first backup is lost, and was sent.
  const said = await admin(folder, ['restore', file], env).then(
    (lines) => lines.join('\n'),
    () => 'refused',
  );
  if (said === 'refused') return;
  const open = new Database(join(folder, 'broadcaster.sqlite'), { readonly: true });
  const paused = open.prepare('SELECT address FROM signers WHERE paused_at IS NOT NULL').all();
  open.close();
  expect({ said, paused: paused.length }).toMatchObject({ paused: 2 });
});
