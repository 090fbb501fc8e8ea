const SHORTEST = 12;
const LONGEST = 256;
/** As much as typing the same key, or along the keyboard, gives away. */
const FEWEST_DIFFERENT = 5;
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjkl',
];
/** What everybody's list of guesses begins with, each also with digits or signs behind it. */
const GUESSED =
  /^(password|passwort|passphrase|letmein|changeme|welcome|admin|administrator|operator|transaction ?broadcaster|broadcaster|iloveyou|secret|correct horse battery staple)[^a-z]*$/;

/**
 * What is wrong with a password, as a sentence, or null. NIST SP 800-63B: length, and no guess that everybody makes; no rules about kinds
 * of characters, which make people write the same password with a 1 behind it.
 */
export function passwordFault(password: string, username: string): string | null {
  const characters = Array.from(password.normalize('NFKC')); // code points: what a person types, more or less
  if (characters.length < SHORTEST) return `A password has at least ${SHORTEST} characters.`;
  if (characters.length > LONGEST) return `A password has at most ${LONGEST} characters.`;
  const lower = characters.join('').toLowerCase();
  if (new Set(lower).size < FEWEST_DIFFERENT) return 'This password is a few characters over and over.';
  if (RUNS.some((run) => run.includes(lower) || Array.from(run).reverse().join('').includes(lower)))
    return 'This password is a row of keys.';
  const name = username.toLowerCase();
  if (GUESSED.test(lower) || (name.length > 2 && lower.replaceAll(name, '').length < SHORTEST / 2))
    return 'This password is among the first that anybody would try.';
  return null;
}
