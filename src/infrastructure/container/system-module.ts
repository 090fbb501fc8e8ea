import { ContainerModule } from 'inversify';
import { ScryptPasswords } from '../../adapters/outbound/crypto/scrypt-passwords.ts';
import { systemClock } from '../../adapters/outbound/system/system-clock.ts';
import { systemRandom } from '../../adapters/outbound/system/system-random.ts';
import { systemTimers } from '../../adapters/outbound/system/system-timers.ts';
import { RandomPool } from '../../adapters/outbound/crypto/random-pool.ts';
import { RANDOM_BYTES, UuidV7Ids } from '../../adapters/outbound/system/uuid-v7-ids.ts';
import { singleton } from './bind.ts';
import { T } from './tokens.ts';

export const systemModule = new ContainerModule((options) => {
  const one = singleton(options);
  one(T.Clock, () => systemClock);
  one(T.Timers, () => systemTimers);
  one(T.Random, () => systemRandom);
  one(T.Ids, (get) => {
    const bytes = new RandomPool(RANDOM_BYTES);
    return new UuidV7Ids(get(T.Clock), get(T.Random), () => bytes.take());
  });
  one(T.Passwords, () => new ScryptPasswords());
  one(T.Log, (get) => get(T.Foundation).log);
  one(T.Metrics, (get) => get(T.Foundation).metrics);
});
