import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CallFrame, Frame } from './profile.ts';

/** Finds call frames in the sources, through the source map beside each bundled file; each map is read once. */
export function createLocate(readMap: (bundle: string) => SourceMap | null = mapBeside): (frame: CallFrame) => Frame {
  const maps = new Map<string, SourceMap | null>();
  const mapOf = (url: string): SourceMap | null => {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    // Libraries are not bundled, and maps of their own would lead to sources that nobody has.
    if (!path.startsWith('/') || path.includes('/node_modules/')) return null;
    const known = maps.get(path);
    if (known !== undefined) return known;
    const map = readMap(path);
    maps.set(path, map);
    return map;
  };
  return ({ functionName, url, lineNumber, columnNumber }) => {
    const name = functionName === '' ? '(anonymous)' : functionName;
    const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
    if (entry !== undefined && 'originalSource' in entry && entry.originalSource)
      return { name, file: inTree(entry.originalSource), line: entry.originalLine + 1 };
    return { name, file: inTree(url), line: lineNumber + 1 };
  };
}

/** From `src/` or the innermost `node_modules/` on; anything else as it is. */
export function inTree(path: string): string {
  const library = path.lastIndexOf('node_modules/');
  if (library >= 0) return path.slice(library);
  const source = path.lastIndexOf('/src/');
  return source >= 0 ? path.slice(source + 1) : path;
}

function mapBeside(bundle: string): SourceMap | null {
  let text: string;
  try {
    text = readFileSync(`${bundle}.map`, 'utf8');
  } catch {
    return null;
  }
  return new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]);
}
