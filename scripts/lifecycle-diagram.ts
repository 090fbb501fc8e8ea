/** Prints docs/lifecycle.md, made from the transition table: `npx tsx scripts/lifecycle-diagram.ts > docs/lifecycle.md`. */
import { page } from './lifecycle-diagram/page.ts';

process.stdout.write(page());
