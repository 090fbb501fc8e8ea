import type { Parts } from '../container/create-container.ts';
import { T } from '../container/tokens.ts';
import { isRestored } from '../../application/ports/work.ts';

/** Said at every start until a person has decided. */
export async function warnOfRestore(parts: Parts): Promise<void> {
  const { chainId, log } = parts.get(T.Foundation);
  const restored = (await parts.get(T.Work).signers(chainId)).filter(isRestored);
  if (restored.length === 0) return;
  const signers = restored.map(({ key }) => key.address);
  log.warn(
    { signers, reason: restored[0]?.paused?.reason },
    'the record is a backup: its signers send nothing until a person has decided',
  );
}
