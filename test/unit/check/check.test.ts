import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProjectCopy } from './project-copy.ts';

const CHECKS = ['check:format', 'check:lint', 'check:types', 'check:boundaries', 'check:dead-code'] as const;

const GREEN = {
  'src/domain/fee.ts': 'export const FEE_WEI = 1n;\n',
  'src/application/charge.ts':
    "import { FEE_WEI } from '../domain/fee.ts';\n\nexport const charge = (valueWei: bigint): bigint => valueWei + FEE_WEI;\n",
  'src/adapters/outbound/chain/node.ts': 'export const send = async (): Promise<void> => {};\n',
  'src/adapters/outbound/sql/work.ts': 'export const rows = 0;\n',
  'src/infrastructure/container/module.ts':
    "import { Container } from 'inversify';\n\nexport const container = new Container();\n",
  'src/infrastructure/entry-points/server.ts': [
    "import { send } from '../../adapters/outbound/chain/node.ts';",
    "import { rows } from '../../adapters/outbound/sql/work.ts';",
    "import { charge } from '../../application/charge.ts';",
    "import { container } from '../container/module.ts';",
    '',
    'await send();',
    'console.log(charge(2n), rows, container);',
    '',
  ].join('\n'),
};

const PACKAGES = [
  '@eslint/js',
  '@types/node',
  'dependency-cruiser',
  'eslint',
  'inversify',
  'knip',
  'prettier',
  'typescript',
  'typescript-eslint',
];

/** One planted violation: a file's new text, the check that must see it, and what it must say. */
const VIOLATIONS: readonly {
  what: string;
  check: (typeof CHECKS)[number];
  path: keyof typeof GREEN | 'src/domain/unused.ts';
  text: string;
  says: RegExp;
}[] = [
  {
    what: 'a line that is not formatted',
    check: 'check:format',
    path: 'src/domain/fee.ts',
    text: 'export const FEE_WEI   = 1n\n',
    says: /src\/domain\/fee\.ts/,
  },
  {
    what: 'a promise that nobody awaits',
    check: 'check:lint',
    path: 'src/infrastructure/entry-points/server.ts',
    text: GREEN['src/infrastructure/entry-points/server.ts'].replace('await send()', 'send()'),
    says: /no-floating-promises/,
  },
  {
    what: 'a switch that forgets a member of its union',
    check: 'check:lint',
    path: 'src/domain/fee.ts',
    text: "export function FEE_WEI(of: 'a' | 'b'): void {\n  switch (of) {\n    case 'a':\n  }\n}\n",
    says: /switch-exhaustiveness-check/,
  },
  {
    what: 'an explicit any',
    check: 'check:lint',
    path: 'src/domain/fee.ts',
    text: 'export const FEE_WEI: any = 1n;\n',
    says: /no-explicit-any/,
  },
  {
    what: 'a type that does not fit',
    check: 'check:types',
    path: 'src/domain/fee.ts',
    text: 'export const FEE_WEI: bigint = 1;\n',
    says: /TS2322/,
  },
  {
    what: 'a domain that reaches for the system',
    check: 'check:boundaries',
    path: 'src/domain/fee.ts',
    text: "import { hostname } from 'node:os';\n\nexport const FEE_WEI = BigInt(hostname().length);\n",
    says: /domain-imports-nothing/,
  },
  {
    what: 'a domain that takes a package, if only for a type',
    check: 'check:boundaries',
    path: 'src/domain/fee.ts',
    text: "import type { Hex } from 'viem';\n\nexport const FEE_WEI: Hex = '0x1';\n",
    says: /domain-imports-nothing/,
  },
  {
    what: 'an application that knows an adapter',
    check: 'check:boundaries',
    path: 'src/application/charge.ts',
    text: "import { rows } from '../adapters/outbound/sql/work.ts';\n\nexport const charge = rows;\n",
    says: /application-imports-domain-only/,
  },
  {
    what: 'an application that takes a package',
    check: 'check:boundaries',
    path: 'src/application/charge.ts',
    text: "import { z } from 'zod';\n\nexport const charge = z;\n",
    says: /application-without-packages/,
  },
  {
    what: 'an adapter that knows another',
    check: 'check:boundaries',
    path: 'src/adapters/outbound/chain/node.ts',
    text: "import { rows } from '../sql/work.ts';\n\nexport const send = rows;\n",
    says: /no-adapter-imports-another/,
  },
  {
    what: 'an adapter that knows the infrastructure',
    check: 'check:boundaries',
    path: 'src/adapters/outbound/sql/work.ts',
    text: "import { container } from '../../../infrastructure/container/module.ts';\n\nexport const rows = container;\n",
    says: /adapters-import-inwards-only/,
  },
  {
    what: 'a container outside its room',
    check: 'check:boundaries',
    path: 'src/adapters/outbound/sql/work.ts',
    text: "import { Container } from 'inversify';\n\nexport const rows = new Container();\n",
    says: /inversify-in-the-container-only/,
  },
  {
    what: 'a circle of imports',
    check: 'check:boundaries',
    path: 'src/infrastructure/container/module.ts',
    text: "import '../entry-points/server.ts';\n\nexport const container = 1;\n",
    says: /no-cycles/,
  },
  {
    what: 'an export that nobody uses',
    check: 'check:dead-code',
    path: 'src/domain/fee.ts',
    text: 'export const FEE_WEI = 1n;\nexport const UNUSED = 1;\n',
    says: /UNUSED/,
  },
  {
    what: 'a file that nobody imports',
    check: 'check:dead-code',
    path: 'src/domain/unused.ts',
    text: 'console.log();\n',
    says: /src\/domain\/unused\.ts/,
  },
];

describe('npm run check', () => {
  let project: ProjectCopy;
  beforeAll(() => {
    project = new ProjectCopy(GREEN, PACKAGES);
  });
  afterAll(() => {
    project.dispose();
  });

  test.each(CHECKS)('%s is green where nothing is wrong', async (check) => {
    const { green, output } = await project.run(check);
    expect(green, output).toBe(true);
  });

  test.each(VIOLATIONS)('$check turns red over $what', async ({ check, path, text, says }) => {
    project.write(path, text);
    try {
      const { green, output } = await project.run(check);
      expect(output).toMatch(says);
      expect(green).toBe(false);
    } finally {
      if (path in GREEN) project.write(path, GREEN[path as keyof typeof GREEN]);
      else project.remove(path);
    }
  });
});
