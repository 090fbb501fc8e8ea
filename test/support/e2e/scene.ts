import { ADMIN_PASSWORD, API_KEY } from '../server-process.ts';
import { Stage } from './stage.ts';

/** Every secret that a server takes, for those that get none of their own. */
export const SECRETS = {
  API_KEYS: `test:${API_KEY}`,
  ADMIN_PASSWORD,
  INTERNAL_SECRET: `whsec_${Buffer.alloc(32, 5).toString('base64')}`,
  FIELD_ENCRYPTION_KEY: `base64:${Buffer.alloc(32, 9).toString('base64')}`,
};

let scenes = 0;

/** A test with servers of its own. Several go on at a time on one chain, so each has its signer. */
export async function scene(run: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = new Stage({ SIGNERS: `dev:${scenes++}` });
  try {
    await run(stage);
  } finally {
    await stage.close();
  }
}
