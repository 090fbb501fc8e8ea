import { describe, expect, it } from 'vitest';
import { ArgumentProblem, readArguments, SUITES } from '../../../scripts/bench/arguments.ts';

describe('npm run bench: its arguments', () => {
  it('runs end-to-end as the project states its figures, where nothing is said', () => {
    const { suites, optionsOf, jsonFile } = readArguments([]);
    expect({ suites, jsonFile }).toEqual({ suites: ['end-to-end'], jsonFile: null });
    expect(optionsOf('end-to-end')).toMatchObject({
      count: 20_000,
      runs: 5,
      signers: [1, 4],
      estimates: [false, true],
      blockMs: 200,
    });
  });

  it('takes suites by name, or all', () => {
    expect(readArguments(['posts', 'end-to-end']).suites).toEqual(['posts', 'end-to-end']);
    expect(readArguments(['all']).suites).toEqual(SUITES);
  });

  it('lets what is said stand for every suite, and what is not be its own default', () => {
    const { optionsOf } = readArguments(['all', '--count', '500', '--signers', '2', '--estimate', 'yes']);
    for (const suite of SUITES) expect(optionsOf(suite)).toMatchObject({ count: 500, signers: [2], estimates: [true] });
    expect(optionsOf('posts').connections).toBe(32);
  });

  it.each([
    [['--count', '0']],
    [['--count', '1.5']],
    [['--signers', '0,4']],
    [['--signers', '11']],
    [['--estimate', 'perhaps']],
    [['sending']],
    [['--fast']],
  ])('refuses %j', (argv) => {
    expect(() => readArguments(argv)).toThrow(ArgumentProblem);
  });

  it('tells all that is wrong at once', () => {
    expect(() => readArguments(['sending', '--runs', 'many'])).toThrow(/--runs many[^]*sending: no such suite/);
  });
});
