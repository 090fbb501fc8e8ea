import { notYet, setting, Wrong, type Read } from './setting.ts';

/** `sqlite`: a file (as given: relative to where the process was started); `memory`: the same adapter, nothing durable. */
export type DatabaseUrl = { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'memory' };

const DATABASE = 'sqlite:PATH, or memory: for one that nothing outlives';

/** Where state and messages are. */
export const storageSettings = {
  DATA_DIR: setting((text) => (text.includes('\0') ? new Wrong('the path of a folder of its own') : text)).default(
    './data',
  ),
  DATABASE_URL: setting(readDatabaseUrl).optional(),
  MESSAGING: setting((text): Read<'memory'> => {
    if (text === 'memory') return text;
    return new Wrong(text === 'aws' ? 'SNS and SQS come with a later release; memory is what there is' : 'memory');
  }).optional(),
  CONFIG_SECRET_ARN: notYet('secrets from AWS come with a later release; give each by its own variable'),
};

function readDatabaseUrl(text: string): Read<DatabaseUrl> {
  if (text === 'memory:') return { kind: 'memory' };
  const path = /^sqlite:(?!\/\/)(.+)$/s.exec(text)?.[1];
  if (path !== undefined && path !== ':memory:' && !path.includes('\0')) return { kind: 'sqlite', path };
  return new Wrong(/^mysql:/.test(text) ? `MySQL comes with a later release; ${DATABASE}` : DATABASE);
}
