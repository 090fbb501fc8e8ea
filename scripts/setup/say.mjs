/**
 * Words for the person who started it. They go to stderr: stdout belongs to the server, whose log lines others parse.
 * @param {string} text
 */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
