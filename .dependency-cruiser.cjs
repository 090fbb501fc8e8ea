/** Imports point inwards only (docs/architecture). `npm run check:boundaries` holds the source to it. */
const ANY_PACKAGE = [
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-bundled',
  'npm-no-pkg',
  'npm-unknown',
  'core',
  'unknown',
  'undetermined',
];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'domain-imports-nothing',
      comment: 'The domain is pure: no packages, no part of Node, no other room.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'application-imports-domain-only',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { path: '^(src|admin-spa|scripts|test)/', pathNot: '^src/(application|domain)/' },
    },
    {
      name: 'application-without-packages',
      comment: 'What the application needs from outside comes through a port.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { dependencyTypes: ANY_PACKAGE },
    },
    {
      name: 'adapters-import-inwards-only',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^(src|admin-spa|scripts|test)/', pathNot: '^src/(adapters|application|domain)/' },
    },
    {
      name: 'no-adapter-imports-another',
      comment: 'What two adapters need is a port, or belongs inside.',
      severity: 'error',
      from: { path: '^src/adapters/(inbound|outbound)/([^/]+)' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/$2(/|$)' },
    },
    {
      name: 'inversify-in-the-container-only',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/infrastructure/container/' },
      to: { path: '(^|/)node_modules/(inversify|@inversifyjs)/' },
    },
    {
      name: 'source-without-tests-or-scripts',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
