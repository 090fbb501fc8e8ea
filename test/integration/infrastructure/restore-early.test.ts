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

const early = async (): Promise<{ file: string; env: Readonly<Record<string, string>> }> => {
  const env = { ...SECRETS, RPC_URLS: anvil.url, SIGNERS: 'dev:0,dev:1' };
  await makeRecord(folder, env);
  const file = join(folder, 'copy.backup');
  await admin(folder, ['backup', file], env);
  return { file, env };
};

it('a restored record that knew no chain yet pauses the signers that are configured, on the chain of the node', async () => {
  const { file, env } = await early();
  // Everything that was accepted after the first backup is lost, and was sent.
  const said = (await admin(folder, ['restore', file], env)).join('\n');
  expect(said).toContain('2 signers are paused');
  const open = new Database(join(folder, 'broadcaster.sqlite'), { readonly: true });
  const paused = open.prepare('SELECT chain_id FROM signers WHERE paused_at IS NOT NULL AND restored_at > 0').all();
  open.close();
  expect(paused).toEqual([{ chain_id: 31_337 }, { chain_id: 31_337 }]);
});

it('is refused where the node does not say which chain it is on', async () => {
  const { file, env } = await early();
  await anvil.stop();
  await expect(admin(folder, ['restore', file], env)).rejects.toThrow('before the record knew its chain');
});
